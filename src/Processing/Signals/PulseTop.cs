namespace Vascular.Processing.Signals;

/// <summary>Where the top of a pulse lies between samples.</summary>
/// <remarks>
/// By least squares a parabola is laid through all samples within 60 ms of the highest, not through the highest three: on a rounded top noise and steps
/// of the converter decide which sample is highest. The width is the one with which beat-to-beat scatter of the peak against the ECG falls most without
/// a beat lost, whichever of ten recordings is left out of the choice (decision 0026).
/// </remarks>
internal static class PulseTop
{
    /// <summary>Samples further from the highest are another part of the pulse.</summary>
    public const double ReachSeconds = 0.06;

    /// <summary>Samples to each side that <see cref="Offset"/> wants, at least one.</summary>
    public static int Reach(double rateHz) => Math.Max(1, (int)(ReachSeconds * rateHz));

    /// <summary>Distance of the parabola's top from the middle sample, at most one reach; 0 where the samples do not bend downwards.</summary>
    /// <param name="around">An odd number of samples, three or more, the highest in the middle.</param>
    public static double Offset(ReadOnlySpan<double> around)
    {
        int reach = around.Length / 2;
        double middle = around[reach], squares = 0, fourths = 0, sum = 0, slope = 0, bend = 0;
        for (int k = -reach; k <= reach; k++)
        {
            double value = around[reach + k] - middle, square = (double)k * k;
            squares += square;
            fourths += square * square;
            sum += value;
            slope += k * value;
            bend += square * value;
        }

        double curve = (around.Length * bend - squares * sum) / (around.Length * fourths - squares * squares);
        return curve < 0 ? Math.Clamp(slope / squares / (-2 * curve), -reach, reach) : 0;
    }
}
