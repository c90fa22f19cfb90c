using Vascular.Processing.Angiography;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests.Angiography;

/// <summary>Runs of another hand than the other phantoms: an honest figure, or a doubt or a refusal by its name.</summary>
public class ForeignRunTests
{
    private const int Side = ForeignRun.Side;
    private static readonly Func<double, double> Pass = ForeignRun.Pass(0.4, 2.5, 6);

    private static Func<double, int, int, double> In(int x, int y, int width, int height, Func<double, double> pass) =>
        (t, column, row) => column >= x && column < x + width && row >= y && row < y + height ? pass(t) : 0;

    private static SubtractedRun Subtracted(ForeignRun run, RunDescription? description = null)
    {
        (SubtractedRun? subtracted, RunRefusal refusal) = SubtractedRun.Of(description ?? run.Description, run);
        Assert.Equal(RunRefusal.None, refusal);
        return subtracted!;
    }

    private static RunRefusal Refused(ForeignRun run) => SubtractedRun.Of(run.Description, run).Refusal;

    private static PerfusionResult Read(SubtractedRun run, int x = 110, int y = 110, int width = 36, int height = 36) => run.Read(PixelRegion.Rectangle(x, y, width, height, Side, Side)).Figures;

    private static void IsThePass(PerfusionResult read, Func<double, double> pass, double lastS, double share)
    {
        Assert.Equal((MeasurementState.Measured, RunRefusal.None), (read.State, read.Refusal));
        double[] truth = [.. Enumerable.Range(0, (int)(lastS * 1000) + 1).Select(k => pass(k / 1000.0))];
        double peak = truth.Max(), arrival = Array.FindIndex(truth, d => d > 0.1 * peak) / 1000.0, area = truth.Skip((int)(read.ArrivalS!.Value * 1000)).Sum() / 1000;
        Assert.InRange(read.ArrivalS.Value, arrival - 0.01, arrival + 0.35);
        Assert.InRange(read.Peak!.Value, (1 - share) * peak, (1 + share) * peak);
        Assert.InRange(read.Area!.Value, (1 - share) * area, (1 + share) * area);
    }

    [Theory]
    [InlineData(0.03)]
    [InlineData(0.019)]
    [InlineData(0.015)]
    public void A_faint_blush_is_measured_against_a_mask_before_it(double peak)
    {
        Func<double, double> blush = ForeignRun.Pass(peak, 2, 6);
        SubtractedRun run = Subtracted(new ForeignRun(60) { Contrast = In(53, 53, 150, 150, blush) });
        Assert.Equal([0, 1, 2, 3, 4], run.MaskFrames);
        Assert.False(run.Flags.HasFlag(RunFlags.ExposureNormalised));
        IsThePass(Read(run), blush, 59 / 3.0, 0.05);
    }

    [Fact]
    public void A_mask_named_in_the_tail_is_doubted_and_one_before_contrast_is_not()
    {
        ForeignRun run = new() { Contrast = In(100, 100, 56, 56, Pass) };
        PerfusionResult tail = Read(Subtracted(run, run.Named(40, 41, 42, 43, 44)));
        Assert.Equal((MeasurementState.Measured, PerfusionFlags.BelowMask), (tail.State, tail.Flags));
        PerfusionResult before = Read(Subtracted(run, run.Named(1)));
        IsThePass(before, Pass, 44 / 3.0, 0.04);
        Assert.Equal(PerfusionFlags.None, before.Flags);
        Assert.Equal(RunRefusal.BelowMask, Read(Subtracted(run, run.Named(17))).Refusal);
    }

    [Theory]
    [InlineData(200, 0.2)]
    [InlineData(Side, 0.4)]
    [InlineData(Side, 0.06)]
    public void Contrast_that_comes_and_goes_over_most_of_the_field_is_not_taken_out_as_exposure(int width, double peak) =>
        Assert.Equal(RunRefusal.Exposure, Refused(new ForeignRun { Contrast = In(0, 0, width, Side, ForeignRun.Pass(peak, 2.5, 6)) }));

    [Fact]
    public void An_exposure_that_settles_creeps_or_flickers_is_still_taken_out()
    {
        foreach (Func<int, double> light in new Func<int, double>[] { f => 1 - 0.0015 * f, f => 1 + 0.004 * Math.Max(0, f - 10), f => f < 4 ? 0.5 + 0.12 * f : 1, f => f == 22 ? 0.93 : 1 })
        {
            SubtractedRun run = Subtracted(new ForeignRun { Contrast = In(100, 100, 56, 56, Pass), Light = light });
            Assert.True(run.Flags.HasFlag(RunFlags.ExposureNormalised));
            IsThePass(Read(run), Pass, 44 / 3.0, 0.04);
        }
    }
}
