// Package price holds prices in whole cents; the shop never holds money in floating point.
package price

import "fmt"

// Gross is the price with tax, rounded half up to a cent.
func Gross(netCents, vatPercent int) (int, error) {
	if netCents < 0 {
		return 0, fmt.Errorf("a price is never negative: %d", netCents)
	}
	return (netCents*(100+vatPercent) + 50) / 100, nil
}

// Format writes a price as people read it.
func Format(cents int) string {
	whole := fmt.Sprint(cents / 100)
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	return fmt.Sprintf("%s.%02d EUR", whole, cents%100)
}
