namespace Vascular.Processing.Angiography;

/// <summary>The colours of parametric maps: dark blue over green to yellow, each step lighter than the one before, so that it reads in grey and to colour-blind eyes.</summary>
public static class MapColours
{
    private static readonly (byte R, byte G, byte B)[] Anchors = [(28, 20, 84), (36, 70, 146), (28, 116, 148), (46, 158, 122), (140, 200, 72), (250, 232, 90)];

    private static readonly byte[] Steps = Build();

    /// <summary>256 steps of red, green, blue.</summary>
    public static ReadOnlySpan<byte> Table => Steps;

    private static byte[] Build()
    {
        byte[] steps = new byte[256 * 3];
        for (int k = 0; k < 256; k++)
        {
            double at = k / 255.0 * (Anchors.Length - 1);
            int from = Math.Min((int)at, Anchors.Length - 2);
            double share = at - from;
            ((byte R, byte G, byte B) a, (byte R, byte G, byte B) b) = (Anchors[from], Anchors[from + 1]);
            steps[3 * k] = (byte)Math.Round(a.R + share * (b.R - a.R));
            steps[3 * k + 1] = (byte)Math.Round(a.G + share * (b.G - a.G));
            steps[3 * k + 2] = (byte)Math.Round(a.B + share * (b.B - a.B));
        }

        return steps;
    }
}
