using System.Globalization;

namespace Vascular.Processing.Pressures;

/// <summary>A pressure written as decimal text, read to the integer that is printed and graded.</summary>
/// <remarks>[D] Half up on the digits as written (39.5 and 39.50 print 40, 39.4999 prints 39): never by way of binary floating point,
/// which has no 39.45, nor through a decimal type, which rounds the far digits first.</remarks>
public static class PressureText
{
    /// <summary>Reads digits with an optional decimal point and fraction. No sign, no exponent, no thousands mark, no comma.</summary>
    /// <param name="printedMmHg">The integer mmHg, 0 to <see cref="VesselPressure.HighestMmHg"/>.</param>
    /// <returns>False when the text is no such number or the number is out of range.</returns>
    public static bool TryRead(ReadOnlySpan<char> text, out int printedMmHg)
    {
        printedMmHg = 0;
        int point = text.IndexOf('.');
        ReadOnlySpan<char> whole = point < 0 ? text : text[..point];
        ReadOnlySpan<char> fraction = point < 0 ? [] : text[(point + 1)..];
        if (whole.IsEmpty || (point >= 0 && fraction.IsEmpty) || !AllDigits(whole) || !AllDigits(fraction))
        {
            return false;
        }

        foreach (char digit in whole)
        {
            printedMmHg = (printedMmHg * 10) + (digit - '0');
            if (printedMmHg > VesselPressure.HighestMmHg)
            {
                printedMmHg = 0;
                return false;
            }
        }

        bool beyond = printedMmHg == VesselPressure.HighestMmHg && fraction.ContainsAnyExcept('0');
        bool up = !fraction.IsEmpty && fraction[0] >= '5';
        printedMmHg = beyond ? 0 : printedMmHg + (up ? 1 : 0);
        return !beyond;
    }

    /// <summary>The printed integer, in every culture.</summary>
    public static string Print(int mmHg) => mmHg.ToString(CultureInfo.InvariantCulture);

    private static bool AllDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');
}
