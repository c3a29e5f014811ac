"""What the page about accuracy says in words, around its tables."""

MADE = {
    True: """
Made by `{command}`, never by hand. All figures are of the test part, by which nothing was chosen, at the one operating
point that the bundle's card sets.
""",
    False: """
Made by `{command}`. All figures are of the {part} part, by which things were chosen: they flatter. The test part is
what to report.
""",
}
"""By whether the part is the test part."""

DIGITS = """
*Right*: the digit that was given is the label; a refused one counts as wrong. *Likeliest*: the likeliest of the ten is
the label, whatever the verdict. *Accepted*: the verdict is `digit`. *Refused*: it is `not_a_digit` or `empty`.
Intervals are of 95 % for drawings; those of one writer resemble each other, so that for writers they are too narrow.
"""
SLICES = """
Ways of writing are told from the strokes of real drawings. Tremor is added: the pen shakes 5 to 12 times while it draws
a height of the digit, by so much of that height (root mean square).
"""
WRONG = """
Each with its label, what it was read as, and how surely; red ones have the verdict `digit`. Some recordings lack a
stroke, and no person could read them; they count all the same.
"""
OTHERS = """
*Caught*: the verdict is not `digit`. *Refused*: it is `not_a_digit` or `empty`.
"""
AMBIGUOUS = """
A slash is drawn like a slanted 1 and a z like a 2: no reader can tell them apart, so that they are neither trained on
nor counted.
"""
MADE_UP = """
Half of the dots, scribbles, rows of digits and upright lines are handed over as inks, half as pictures.
"""
LETTERS = """
Each letter of each font, in three weights and five slants. These are many pictures of few hands: the intervals hold for
these fonts.
"""
NUMBERS = """
*Wrong but sure*: something else was read though every mark has the verdict `digit`; the share is of all numbers.
"""
PAPER = """
The same {count:,} numbers of 1 to 8 digits, half of them of 4, in each scene: photos of 800 to 4,000 px, digits of 40
to 400 px, turned by up to 5 degrees, in perspective, slightly blurred, with the grain of a camera, as JPEG of quality
80. The paper is drawn by a seed: plain; twice as bright on one side as on the other, in levels of the picture; with the
edge of a shadow across it; ruled or squared in blue or grey; written on with a grainy pencil; and all of that at once.
No figure is asked of these.
"""
PINS = """
{count:,} PINs of 4 digits, writers and digits uniform, drawn one digit at a time and put together from real drawings by
a seed. A PIN is accepted where it is so sure that all digits are right; else the fewest places are asked again, and get
another drawing by the same writer, at most twice. Shares are of all PINs. The same drawings stand in many PINs: the
interval of a share would be that of the drawings, and is not told. SUTJA_PIN_SURE_FROM chooses another row.
"""
ROBUSTNESS = """
The same {count} drawings, as many of each digit by each writer, as pictures of 280x280 through the whole reader, in
each of {cells} cells: {sizes} sizes x {pens} pens, crossed with {places} places and with {others} other conditions,
which are shown in the middle. Blur and noise are given as standard deviations, noise of 255 levels; what it brings
above white or below black is cut off.
"""
METHOD = (
    """
- Intervals of shares are Wilson's (1927). Where sets weigh the same, the count is that of as many equal drawings as
  carry the same variance (Kish, 1965).
""",
    """
- Calibration error: the answers, ordered by confidence, fall into 15 bins of equal mass; it is the sum over bins of
  mass x |share of right ones - mean confidence|, of the likeliest digit and its probability, whatever the verdict.
""",
    """
- Log loss: the mean of -ln p(label), where p is at least 1e-12; what goes to "no digit" is missing from the digits.
""",
    """
- Coverage against risk: accept whatever is at least so sure, and never what was refused; the share accepted, and of it
  the share wrong.
""",
    """
- Pens as pictures: black on white, 280x280, the digit 180 px long, through the reader as a user's PNG goes.
  Photographs: the 28x28 that they are. MNIST: its glyphs, as in the card; as pictures, its 28x28 as a user would send
  them.
""",
)
