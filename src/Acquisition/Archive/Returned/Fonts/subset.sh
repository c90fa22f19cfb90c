#!/bin/sh
# Makes the two fonts beside it from DejaVu 2.37 (Debian's fonts-dejavu-extra) with fontTools 4.38: the same bytes each time.
# Usage: subset.sh /usr/share/fonts/truetype/dejavu
set -eu
cd "$(dirname "$0")"
# ASCII; Latin; Greek and Cyrillic; Vietnamese and more Latin; punctuation; raised and lowered figures; money, degrees, fractions; arrows; mathematics
letters=U+0020-007E,U+00A0-00AC,U+00AE-024F,U+0259,U+02B9-02BC,U+02C6,U+02C7,U+02D8-02DD,U+0370-03FF,U+0400-0482,U+048A-052F,U+1E00-1EFF,U+2010-2027,U+2030,U+2032,U+2033,U+2039,U+203A,U+2044,U+2070-209C,U+20AC,U+20BD,U+2103,U+2109,U+2113,U+2116,U+2122,U+2126,U+2150-215E,U+2190-2195,U+2202,U+2206,U+220F,U+2211,U+2212,U+2219,U+221A,U+221E,U+222B,U+2248,U+2260,U+2264,U+2265
for font in DejaVuSansCondensed DejaVuSansCondensed-Bold; do
    /usr/bin/python3 -m fontTools.subset "$1/$font.ttf" --unicodes=$letters --output-file=$font.ttf --no-hinting --layout-features= --drop-tables+=GPOS,GSUB,GDEF,MATH,FFTM,gasp --name-IDs='*' --notdef-outline
done
