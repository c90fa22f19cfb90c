namespace Vascular.Processing.Signals;

/// <summary>Finds the stretches of a window that movement or a rail has spoilt.</summary>
internal static class Movement
{
    private const double Bursts = 5;

    /// <summary>After a burst the trace is taken again once it is within twice the running spread: a filter swings on after a step.</summary>
    private const double Calmed = 2;

    /// <summary>Half seconds of noise differ by 2.6 at most in ten seconds (400 simulated windows).</summary>
    private const double Unsteady = 3;

    /// <summary>Blocks in the longest beat (40 per minute), so that every stretch compared holds a pulse where there is one.</summary>
    private const int BeatBlocks = 3;

    /// <summary>Marks the blocks that can be used.</summary>
    /// <returns>How many they are.</returns>
    public static int MarkStill(ReadOnlySpan<PulseWindow.Block> blocks, Span<bool> still)
    {
        Span<double> ranges = stackalloc double[blocks.Length];
        int compared = 0;
        for (int k = BeatBlocks - 1; k < blocks.Length; k++)
        {
            (double low, double high) = (blocks[k].Low, blocks[k].High);
            for (int j = k - BeatBlocks + 1; j < k; j++)
            {
                (low, high) = (Math.Min(low, blocks[j].Low), Math.Max(high, blocks[j].High));
            }

            ranges[compared++] = high - low;
        }

        double usual = compared == 0 ? double.PositiveInfinity : Middle(ranges[..compared]);
        still.Fill(true);
        bool swinging = false;
        for (int k = 0; k < blocks.Length; k++)
        {
            double range = blocks[k].High - blocks[k].Low;
            if (range > Bursts * usual || !blocks[k].OffRail)
            {
                still[Math.Max(0, k - 1)..(k + 1)].Clear();
                swinging = true;
            }
            else if (swinging)
            {
                still[k] = false;
                swinging = range > Calmed * usual;
            }
        }

        int readable = 0;
        foreach (bool one in still)
        {
            readable += one ? 1 : 0;
        }

        return readable;
    }

    /// <summary>Blocks in which the trace jumped between two samples.</summary>
    public static int Jumped(ReadOnlySpan<PulseWindow.Block> blocks)
    {
        int jumped = 0;
        foreach (PulseWindow.Block block in blocks)
        {
            jumped += block.Jumped ? 1 : 0;
        }

        return jumped;
    }

    /// <summary>Blocks in which not one sample differed from the one before.</summary>
    public static int Frozen(ReadOnlySpan<PulseWindow.Block> blocks)
    {
        int frozen = 0;
        foreach (PulseWindow.Block block in blocks)
        {
            frozen += block.Changed ? 0 : 1;
        }

        return frozen;
    }

    /// <summary>No usable block stands far over the others: a front end's own noise does not come and go.</summary>
    public static bool IsSteady(ReadOnlySpan<PulseWindow.Block> blocks, ReadOnlySpan<bool> still)
    {
        double most = Unsteady * MedianOf(blocks, still, b => b.High - b.Low);
        for (int k = 0; k < blocks.Length; k++)
        {
            if (still[k] && blocks[k].High - blocks[k].Low > most)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Median over the blocks that can be used, at least one.</summary>
    public static double MedianOf(ReadOnlySpan<PulseWindow.Block> blocks, ReadOnlySpan<bool> still, Func<PulseWindow.Block, double> of)
    {
        Span<double> values = stackalloc double[blocks.Length];
        int count = 0;
        for (int k = 0; k < blocks.Length; k++)
        {
            if (still[k])
            {
                values[count++] = of(blocks[k]);
            }
        }

        return Middle(values[..count]);
    }

    /// <summary>Median; sorts what it is given.</summary>
    private static double Middle(Span<double> values)
    {
        values.Sort();
        int half = values.Length / 2;
        return values.Length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }
}
