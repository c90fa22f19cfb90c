namespace Vascular.Processing.Angiography;

/// <summary>What automatic exposure did to the background: the change of the least contrasted quarter of the field, frame by frame.</summary>
/// <remarks>More dose multiplies every intensity, so on the logarithmic picture it adds the same everywhere. A quarter of the field must stay free of
/// contrast; where that cannot be shown the run is refused.</remarks>
internal static class ExposureShift
{
    private const double Quarter = 0.25;

    /// <summary>Changes under 1 % are left alone.</summary>
    private const double Worth = 0.01;

    /// <summary>A block is free of contrast when it never differs from the shift by more than 3 %.</summary>
    private const double Free = 0.03;

    private const double LeastFreeShare = 0.25;

    /// <summary>What to take off each kept frame's density; null where the background cannot be told from contrast; all 0 where nothing changed.</summary>
    /// <param name="density">Mean density of each block in each kept frame, aligned.</param>
    public static double[]? Of(RunOverview overview, IReadOnlyList<float[]> density)
    {
        double[] shift = [.. density.Select(frame => overview.Quantile(Quarter, b => frame[b]))];
        if (shift.All(s => Math.Abs(s) <= Worth * overview.Unit))
        {
            Array.Clear(shift);
            return shift;
        }

        int free = Enumerable.Range(0, overview.Across * overview.Down).Count(block =>
            overview.IsField(block) && Enumerable.Range(0, shift.Length).All(k => Math.Abs(density[k][block] - shift[k]) < Free * overview.Unit));
        return free >= LeastFreeShare * overview.FieldBlocks ? shift : null;
    }
}
