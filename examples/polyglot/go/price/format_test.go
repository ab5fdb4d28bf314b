package price

import (
	"fmt"
	"testing"
)

func TestFormatAgreesWithTheVectors(t *testing.T) {
	for _, v := range vectors(t) {
		if got := Format(v.Gross); got != v.Text {
			t.Errorf("got %q, want %q", got, v.Text)
		}
	}
}

func ExampleFormat() {
	fmt.Println(Format(1999))
	// Output: 19.99 EUR
}
