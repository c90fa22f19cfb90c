namespace Vascular.Processing.Angiography;

/// <summary>Which frames make the mask: those the series names, or the first three to five after the exposure has settled and before contrast comes.</summary>
/// <remarks>The first, not the last: a blush is there before it is seen, and a mask with contrast in it takes that much from every figure.</remarks>
internal static class MaskChoice
{
    private const int Fewest = 3;
    private const int Most = 5;

    /// <summary>The picture has settled when its median changes by less from frame to frame (natural logarithm, 1 %).</summary>
    private const double Settled = 0.01;

    /// <summary>Least darkening of a block that counts as contrast, natural logarithm.</summary>
    private const double LeastContrast = 0.02;

    private const double ContrastSigma = 6;

    /// <summary>Share of the field that must darken.</summary>
    private const double LeastShare = 0.003;

    private const int FewestBlocks = 3;

    /// <summary>Frames of the mask, from 0; empty where there are none.</summary>
    public static IReadOnlyList<int> Of(RunOverview overview, RunDescription description)
    {
        if (description.MaskOperation == MaskOperation.Average && description.MaskFrames.Count > 0 && description.MaskFrames.All(f => f >= 0 && f < overview.Frames))
        {
            return description.MaskFrames;
        }

        int from = SettledFrom(overview);
        if (from < 0 || from + Fewest > overview.Frames)
        {
            return [];
        }

        int contrast = ContrastFrom(overview, from);
        int last = contrast - from > Fewest ? contrast - 2 : contrast - 1;
        int count = Math.Min(last - from + 1, Most);
        return count >= Fewest ? [.. Enumerable.Range(from, count)] : [];
    }

    private static int SettledFrom(RunOverview overview)
    {
        double[] level = [.. Enumerable.Range(0, overview.Frames).Select(f => overview.Quantile(0.5, b => overview[f][b]))];
        for (int k = 0; k + Fewest <= level.Length; k++)
        {
            if (Enumerable.Range(k, Fewest - 1).All(j => Math.Abs(level[j + 1] - level[j]) < Settled * overview.Unit))
            {
                return k;
            }
        }

        return -1;
    }

    /// <summary>First frame with contrast in it, judged against the first three settled ones; the number of frames where none has.</summary>
    private static int ContrastFrom(RunOverview overview, int from)
    {
        int blocks = overview.Across * overview.Down;
        double[] before = new double[blocks];
        double squares = 0;
        for (int block = 0; block < blocks; block++)
        {
            double one = overview[from][block], two = overview[from + 1][block], three = overview[from + 2][block];
            before[block] = (one + two + three) / 3;
            if (overview.IsField(block))
            {
                squares += ((two - one) * (two - one) + (three - two) * (three - two)) / 4;
            }
        }

        double noise = Math.Sqrt(squares / Math.Max(1, overview.FieldBlocks));
        double limit = Math.Max(ContrastSigma * noise, LeastContrast * overview.Unit);
        int needed = Math.Max(FewestBlocks, (int)(LeastShare * overview.FieldBlocks));
        bool Has(int frame)
        {
            double shift = overview.Quantile(0.25, b => before[b] - overview[frame][b]);
            int dark = 0;
            for (int block = 0; block < blocks; block++)
            {
                dark += overview.IsField(block) && before[block] - overview[frame][block] - Math.Max(0, shift) > limit ? 1 : 0;
            }

            return dark >= needed;
        }

        for (int frame = from; frame < overview.Frames; frame++)
        {
            if (Has(frame) && (frame + 1 == overview.Frames || Has(frame + 1)))
            {
                return frame;
            }
        }

        return overview.Frames;
    }
}
