#!/bin/sh
# Checks the files of the vectors themselves, and says so in TAP, which any language can print.
count=0

check() { # name, command...
  count=$((count + 1))
  name=$1
  shift
  if output=$("$@" 2>&1); then echo "ok $count - $name"; else
    echo "not ok $count - $name"
    echo "$output" | sed 's/^/# /'
  fi
}
without() { ! grep -n "$1" "$2"; }
ends_with_line_break() { [ -z "$(tail -c 1 "$1")" ]; }

echo 'TAP version 13'
for file in vectors/*.json; do
  check "$file is not empty" test -s "$file"
  check "$file ends with a line break" ends_with_line_break "$file"
  check "$file has no tabs" without "$(printf '\t')" "$file"
  check "$file has no blanks at the end of a line" without ' $' "$file"
done
echo "1..$count"
