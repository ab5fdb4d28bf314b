package price

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
)

type vector struct {
	Cents, VatPercent, Gross int
	Text                     string
}

func vectors(t *testing.T) []vector {
	t.Helper()
	bytes, err := os.ReadFile("../../vectors/price.json")
	if err != nil {
		t.Fatal(err)
	}
	var found []vector
	if err := json.Unmarshal(bytes, &found); err != nil {
		t.Fatal(err)
	}
	return found
}

func TestGrossAgreesWithTheVectors(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(fmt.Sprintf("%d+%d%%", v.Cents, v.VatPercent), func(t *testing.T) {
			if got, err := Gross(v.Cents, v.VatPercent); err != nil || got != v.Gross {
				t.Errorf("got %d, %v, want %d", got, err, v.Gross)
			}
		})
	}
}

func TestANegativePriceIsRefused(t *testing.T) {
	if _, err := Gross(-1, 19); err == nil {
		t.Error("no error")
	}
}
