namespace Vascular.Processing.Pressures;

/// <summary>Carries the heights of the first pulses back to the cuff pressure at which they began.</summary>
/// <remarks>
/// Just below systolic only the tip of the pressure wave passes the cuff, so a pulse grows faster than the cuff falls: as a power of the distance
/// (1.5 for a parabolic tip at an ideal sensor; 4/3 did best on simulated runs over real arterial pressure, and 1 to 2 bounds it). The heights, freed of the floor, are raised to the inverse power and a straight line is laid through them.
/// </remarks>
internal readonly record struct TraceBack(double MmHg, double HalfWidthMmHg)
{
    private const double Power = 4.0 / 3;
    private const double PowerLow = 1;
    private const double PowerHigh = 2;
    private const int Fewest = 4;

    /// <summary>The crossing; null where fewer than four pulses are given or they do not grow.</summary>
    /// <param name="mmHg">Cuff pressure at each pulse.</param>
    /// <param name="heights">Their heights.</param>
    /// <param name="floor">Height the noise alone reaches.</param>
    public static TraceBack? Through(ReadOnlySpan<double> mmHg, ReadOnlySpan<double> heights, double floor)
    {
        if (mmHg.Length < Fewest || Line(mmHg, heights, floor, Power) is not { } middle)
        {
            return null;
        }

        double low = Line(mmHg, heights, floor, PowerLow)?.Crossing ?? middle.Crossing;
        double high = Line(mmHg, heights, floor, PowerHigh)?.Crossing ?? middle.Crossing;
        double shape = Math.Abs(high - low) / 2;
        return new TraceBack(middle.Crossing, Math.Sqrt(middle.HalfWidth * middle.HalfWidth + shape * shape));
    }

    private static (double Crossing, double HalfWidth)? Line(ReadOnlySpan<double> mmHg, ReadOnlySpan<double> heights, double floor, double power)
    {
        int n = mmHg.Length;
        Span<double> straight = stackalloc double[n];
        double meanP = 0, meanG = 0;
        for (int k = 0; k < n; k++)
        {
            double free = Math.Sqrt(Math.Max(0, heights[k] * heights[k] - floor * floor));
            straight[k] = InversePower(free, power);
            meanP += mmHg[k] / n;
            meanG += straight[k] / n;
        }

        double pp = 0, pg = 0;
        for (int k = 0; k < n; k++)
        {
            pp += (mmHg[k] - meanP) * (mmHg[k] - meanP);
            pg += (mmHg[k] - meanP) * (straight[k] - meanG);
        }

        double slope = pp > 0 ? pg / pp : 0;
        if (slope >= 0)
        {
            return null;
        }

        double square = 0;
        for (int k = 0; k < n; k++)
        {
            double miss = straight[k] - meanG - slope * (mmHg[k] - meanP);
            square += miss * miss;
        }

        double away = -meanG / slope;
        double error = Math.Sqrt(square / (n - 2) * (1.0 / n + away * away / pp)) / -slope;
        return (meanP + away, 1.96 * error);
    }

    /// <summary>The value to the power of 1, 3/4 or 1/2: by square roots alone, which are the same on every machine.</summary>
    private static double InversePower(double value, double power) =>
        power == PowerLow ? value : power == PowerHigh ? Math.Sqrt(value) : Math.Sqrt(value) * Math.Sqrt(Math.Sqrt(value));
}
