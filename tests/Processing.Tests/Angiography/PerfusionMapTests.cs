using Vascular.Processing.Angiography;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests.Angiography;

/// <summary>A map works on pixels side by side: each must come out as its curve alone does, to the bit.</summary>
public sealed class PerfusionMapTests
{
    [Fact]
    public void Every_pixel_of_every_map_is_to_the_bit_what_its_curve_alone_says()
    {
        const int Rows = 196, Columns = 203;
        // a foot that moves, so that densities lie between pixels; a pass that is too late; as many columns as no vector has
        double[] seconds = [.. Enumerable.Range(0, 34).Select(k => k / 5.0), .. Enumerable.Range(1, 10).Select(k => (33 / 5.0) + (k / 1.7))];
        var phantom = new XaPhantom(seconds, Rows, Columns) { Noise = 0.02, Motion = frame => frame >= 12 ? (0.07 * (frame - 12), -0.05 * (frame - 12)) : (0, 0) };
        phantom.Vessels.Add((0, 0, (Columns + 1) / 2, (Rows + 1) / 2, XaPhantom.Gamma(0.3, 2, 3, 0.5)));
        phantom.Vessels.Add((Columns * 3 / 4, 0, Columns / 6, Rows / 2, XaPhantom.Gamma(0.3, 6, 3, 2)));
        (SubtractedRun? run, RunRefusal refusal) = SubtractedRun.Of(phantom.Description with { MaskOperation = MaskOperation.Average, MaskFrames = [2, 3, 4, 5] }, phantom);
        Assert.Equal(RunRefusal.None, refusal);
        Assert.True(run!.Flags.HasFlag(RunFlags.MotionCorrected));
        PerfusionMap map = PerfusionMap.Of(run);
        var curve = new TimeDensityCurve(run.Seconds, run.MaskFrames.Count, run.Kept);
        float[] line = new float[Columns];
        double[][] density = [.. Enumerable.Range(0, Columns).Select(_ => new double[run.Kept.Count])];
        int measured = 0;
        for (int row = 0; row < Rows; row++)
        {
            for (int k = 0; k < run.Kept.Count; k++)
            {
                run.Density(run.Kept[k], row, 1, line);
                for (int column = 0; column < Columns; column++)
                {
                    density[column][k] = line[column];
                }
            }

            for (int column = 0; column < Columns; column++)
            {
                PerfusionResult alone = curve.Read(density[column]);
                measured += alone.State == MeasurementState.Measured ? 1 : 0;
                // a colour cannot say that a width is only a bound
                double? width = alone.Flags.HasFlag(PerfusionFlags.TailCutOff) ? null : alone.WidthS;
                double?[] figures = [alone.ArrivalS, alone.TimeToPeakFromArrivalS, alone.Peak, alone.WashInPerS, width, alone.Area, alone.MeanTransitMomentS];
                foreach (PerfusionParameter parameter in Enum.GetValues<PerfusionParameter>())
                {
                    float expected = alone.State == MeasurementState.Measured && figures[(int)parameter] is { } figure ? (float)figure : float.NaN, found = map[parameter][row * Columns + column];
                    Assert.True(BitConverter.SingleToInt32Bits(expected) == BitConverter.SingleToInt32Bits(found), $"{parameter} at row {row}, column {column}: {found:R} on the map, {expected:R} alone");
                }
            }
        }

        Assert.InRange(measured, 1, Rows * Columns);
    }
}
