using System.Globalization;
using Vascular.Processing.Angiography;

namespace Vascular.Acquisition.Archive;

/// <summary>A parametric map in colour with its title and scale, as PNG. A pixel that says nothing is black.</summary>
/// <remarks>What is written on it is drawn with letters of 5 x 7 points of our own: no font of the machine changes the file.</remarks>
internal static class MapPicture
{
    private const int Top = 20;
    private const int Bar = 96;
    private const int Ticks = 5;

    // each letter: 7 rows from the top, 5 bits each, as digits of base 32
    private static readonly Dictionary<char, string> Letters = new()
    {
        ['0'] = "EHJLPHE", ['1'] = "4C4444E", ['2'] = "EH1248V", ['3'] = "V2421HE", ['4'] = "26AIV22", ['5'] = "VGU11HE", ['6'] = "68GUHHE", ['7'] = "V124888", ['8'] = "EHHEHHE", ['9'] = "EHHF12C",
        ['.'] = "00000CC", [','] = "0000C48", ['-'] = "000V000", ['/'] = "01248G0", ['('] = "2488842", [')'] = "8422248",
        ['A'] = "EHHVHHH", ['B'] = "UHHUHHU", ['C'] = "EHGGGHE", ['D'] = "SIHHHIS", ['E'] = "VGGUGGV", ['F'] = "VGGUGGG", ['G'] = "EHGNHHF", ['H'] = "HHHVHHH", ['I'] = "E44444E", ['J'] = "72222IC",
        ['K'] = "HIKOKIH", ['L'] = "GGGGGGV", ['M'] = "HRLLHHH", ['N'] = "HHPLJHH", ['O'] = "EHHHHHE", ['P'] = "UHHUGGG", ['Q'] = "EHHHLID", ['R'] = "UHHUKIH", ['S'] = "FGGE11U", ['T'] = "V444444",
        ['U'] = "HHHHHHE", ['V'] = "HHHHHA4", ['W'] = "HHHLLLA", ['X'] = "HHA4AHH", ['Y'] = "HHHA444", ['Z'] = "V1248GV",
    };

    public static byte[] Of(PerfusionMap map, PerfusionParameter parameter)
    {
        ReadOnlySpan<float> values = map[parameter];
        string title = parameter.Title();
        int columns = Math.Max(map.Columns, 6 * title.Length - Bar + 12) + Bar, rows = Math.Max(map.Rows, 120) + Top;
        byte[] pixels = new byte[3 * columns * rows];
        MapScale? scale = MapScale.Of(values);
        for (int row = 0; row < map.Rows && scale is not null; row++)
        {
            for (int column = 0; column < map.Columns; column++)
            {
                float value = values[row * map.Columns + column];
                if (!float.IsNaN(value))
                {
                    MapColours.Table.Slice(3 * scale.Value.Step(value), 3).CopyTo(pixels.AsSpan(3 * ((row + Top) * columns + column)));
                }
            }
        }

        Write(pixels, columns, 6, 6, title);
        if (scale is { } range)
        {
            int left = columns - Bar + 12, from = Top + 14, to = rows - 28;
            for (int row = from; row < to; row++)
            {
                int step = (int)Math.Round(255.0 * (to - 1 - row) / (to - 1 - from));
                for (int column = left; column < left + 16; column++)
                {
                    MapColours.Table.Slice(3 * step, 3).CopyTo(pixels.AsSpan(3 * (row * columns + column)));
                }
            }

            for (int tick = 0; tick < Ticks; tick++)
            {
                double share = tick / (Ticks - 1.0), value = range.Low + share * (range.High - range.Low);
                Write(pixels, columns, left + 22, (int)(to - 1 - share * (to - 1 - from)) - 3, value.ToString("G3", CultureInfo.InvariantCulture));
            }

            Write(pixels, columns, left, rows - 18, parameter.Unit() is { Length: > 0 } unit ? unit : "density");
        }
        else
        {
            Write(pixels, columns, 6, Top + 20, "no pixel says anything");
        }

        return PngPicture.Of(pixels, columns, rows);
    }

    private static void Write(byte[] pixels, int columns, int x, int y, string text)
    {
        foreach (char letter in text.ToUpperInvariant())
        {
            if (Letters.TryGetValue(letter, out string? rows))
            {
                for (int row = 0; row < 7; row++)
                {
                    int bits = char.IsAsciiDigit(rows[row]) ? rows[row] - '0' : rows[row] - 'A' + 10;
                    for (int column = 0; column < 5; column++)
                    {
                        if ((bits >> (4 - column) & 1) != 0 && x + column < columns)
                        {
                            pixels.AsSpan(3 * ((y + row) * columns + x + column), 3).Fill(255);
                        }
                    }
                }
            }

            x += 6;
        }
    }
}
