namespace Vascular.Processing.Pressures;

/// <summary>How far the result of several readings may be off.</summary>
/// <remarks>[D] What each reading brings itself (end point, noise) is independent and averages out; the tolerance of the gauge is the same in each and does not.
/// The mean of two is never stated closer than half their distance, since each of them was read. A median keeps what its middle reading had.
/// Repeatability from day to day is a property of the method and not in it.</remarks>
public static class RepeatedUncertainty
{
    /// <param name="mmHg">Both readings.</param>
    /// <param name="halfWidths">Their own 95 % half widths, mmHg, 0 or more, the gauge's tolerance not counted; null where unknown.</param>
    /// <param name="shared">95 % half width of the gauge, mmHg, 0 or more.</param>
    /// <returns>Own part and whole of the mean's 95 % half width, mmHg; null where one is unknown.</returns>
    public static (double Own, double Whole)? OfMean((double First, double Second) mmHg, (double? First, double? Second) halfWidths, double shared)
    {
        if (halfWidths is not ({ } first, { } second))
        {
            return null;
        }

        double own = Math.Max(Math.Sqrt((first * first) + (second * second)) / 2, Math.Abs(mmHg.First - mmHg.Second) / 2);
        return (own, Math.Sqrt((own * own) + (shared * shared)));
    }
}
