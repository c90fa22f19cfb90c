namespace Vascular.Processing.Signals;

/// <summary>A filter run forward and back over a closed stretch: twice the order, no delay. Never for the open end of a live trace.</summary>
public static class BothWays
{
    private const double PadSeconds = 3;

    /// <summary>The stretch filtered; at its ends it is continued by its own reflection, so that a slope makes no swing.</summary>
    /// <param name="filter">Restarted before each way.</param>
    public static double[] Filter(Biquad filter, ReadOnlySpan<double> values)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (values.Length < 2)
        {
            return values.ToArray();
        }

        int pad = Math.Min(values.Length - 1, (int)(PadSeconds * filter.RateHz));
        double[] wide = new double[values.Length + 2 * pad];
        for (int k = 0; k < wide.Length; k++)
        {
            int at = k - pad;
            wide[k] = at < 0 ? 2 * values[0] - values[-at]
                : at >= values.Length ? 2 * values[^1] - values[2 * values.Length - 2 - at]
                : values[at];
        }

        Run(filter, wide);
        Array.Reverse(wide);
        Run(filter, wide);
        Array.Reverse(wide);
        return wide[pad..(pad + values.Length)];
    }

    private static void Run(Biquad filter, double[] values)
    {
        filter.Restart();
        for (int k = 0; k < values.Length; k++)
        {
            values[k] = filter.Next(values[k]);
        }
    }
}
