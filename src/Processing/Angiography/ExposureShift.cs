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

    /// <summary>When more of the field grows lighter by taking the shift out, what was taken for background was contrast. [D]</summary>
    private const double MostLighter = 0.05;

    /// <summary>A background that darkens by more after the mask cannot be told from contrast that fills the field: exposure answers contrast with more light. [D]</summary>
    private const double MostDarker = 0.1;

    /// <summary>What to take off each kept frame's density; null where the background cannot be told from contrast; all 0 where nothing changed.</summary>
    /// <param name="density">Mean density of each block in each kept frame, aligned.</param>
    /// <param name="afterMask">The first of the kept frames that comes after the mask.</param>
    public static double[]? Of(RunOverview overview, IReadOnlyList<float[]> density, int afterMask)
    {
        double[] shift = [.. density.Select(frame => overview.Quantile(Quarter, b => frame[b]))];
        if (shift.All(s => Math.Abs(s) <= Worth * overview.Unit))
        {
            Array.Clear(shift);
            return shift;
        }

        int fieldBlocks = overview.FieldBlocks;
        bool IsLighter(int k) => Enumerable.Range(0, overview.Across * overview.Down).Count(b => overview.IsField(b) && density[k][b] - shift[k] < -Free * overview.Unit) > MostLighter * fieldBlocks;
        if (shift.Skip(afterMask).Any(s => s > MostDarker * overview.Unit) || Enumerable.Range(afterMask, shift.Length - afterMask).Any(k => shift[k] > Worth * overview.Unit && IsLighter(k)))
        {
            return null;
        }

        if (ComesAndGoes([.. shift.Skip(afterMask)], Free * overview.Unit))
        {
            return null;
        }

        int free = Enumerable.Range(0, overview.Across * overview.Down).Count(block =>
            overview.IsField(block) && Enumerable.Range(0, shift.Length).All(k => Math.Abs(density[k][block] - shift[k]) < Free * overview.Unit));
        return free >= LeastFreeShare * fieldBlocks ? shift : null;
    }

    /// <summary>Whether the background darkens and grows light again as contrast does; a flicker of one or two frames is none.</summary>
    private static bool ComesAndGoes(double[] shift, double least)
    {
        double[] lasting = [.. shift.Select((s, k) => Math.Min(s, Math.Min(shift[Math.Max(0, k - 1)], shift[Math.Min(shift.Length - 1, k + 1)])))];
        double[] later = [.. lasting];
        for (int k = later.Length - 2; k >= 0; k--)
        {
            later[k] = Math.Min(later[k], later[k + 1]);
        }

        double earlier = double.PositiveInfinity;
        for (int k = 0; k < lasting.Length; k++)
        {
            earlier = Math.Min(earlier, lasting[k]);
            if (lasting[k] - earlier > least && lasting[k] - later[k] > least)
            {
                return true;
            }
        }

        return false;
    }
}
