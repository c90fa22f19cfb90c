using Vascular.Processing.Angiography;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests.Angiography;

/// <summary>What spoils a run in ways its header does not say: refused with the reason, or told with its doubt, and never a number that looks sound.</summary>
public class RefusedRunTests
{
    private static readonly Func<double, double> Pass = XaPhantom.Gamma(0.4, 2, 3, 0.8);

    private static XaPhantom Foot(XaPhantom phantom)
    {
        phantom.Vessels.Add((110, 90, 40, 80, Pass));
        return phantom;
    }

    private static PixelRegion InVessel { get; } = PixelRegion.Rectangle(118, 100, 24, 60, 256, 256);

    private static (double, double) Drifts(int frame) => frame < 20 ? (0, 0) : (Math.Min(6.4, 0.3 * (frame - 20)), -Math.Min(3.7, 0.2 * (frame - 20)));

    private static (double, double) Jerks(int frame) => (45 * (frame % 3), 50 * (frame % 2));

    [Fact]
    public void A_mask_of_one_frame_that_the_series_names_is_aligned_to_as_a_chosen_one_is()
    {
        XaPhantom drifting = Foot(new XaPhantom(XaPhantom.Even(72, 6)) { Noise = 0.02, Motion = Drifts });
        (SubtractedRun? run, _) = SubtractedRun.Of(drifting.Description with { MaskOperation = MaskOperation.Average, MaskFrames = [3] }, drifting);
        Assert.Equal((RunFlags.MotionCorrected, 1), (run!.Flags, run.MaskFrames.Count));
        Assert.InRange(run.Shifts[60]!.Value.RightPx, 5.9, 6.9);
        Assert.InRange(run.Read(InVessel).Figures.Peak!.Value, 0.37, 0.43);

        XaPhantom restless = Foot(new XaPhantom(XaPhantom.Even(72, 6)) { Noise = 0.02, Motion = frame => frame < 36 ? (0, 0) : Jerks(frame) });
        Assert.Equal(RunRefusal.PatientMotion, SubtractedRun.Of(restless.Description with { MaskOperation = MaskOperation.Average, MaskFrames = [3] }, restless).Refusal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_blade_that_moves_is_seen_in_the_pixels_and_one_that_stands_is_none_of_our_business(bool logarithmic)
    {
        XaPhantom moving = Foot(new XaPhantom(XaPhantom.Even(60, 5)) { Noise = 0.02, Logarithmic = logarithmic, Blade = frame => frame < 30 ? 16 : 16 + Math.Min(24, 2 * (frame - 30)) });
        Assert.Equal(RunRefusal.GantryMotion, SubtractedRun.Of(moving.Description, moving).Refusal);
        XaPhantom still = Foot(new XaPhantom(XaPhantom.Even(60, 5)) { Noise = 0.02, Logarithmic = logarithmic, Blade = _ => 28 });
        (SubtractedRun? run, RunRefusal refusal) = SubtractedRun.Of(still.Description, still);
        Assert.Equal(RunRefusal.None, refusal);
        Assert.Equal(MeasurementState.Measured, run!.Read(InVessel).Figures.State);
    }

    [Fact]
    public void A_frame_that_came_dark_is_no_moving_blade()
    {
        XaPhantom blinking = Foot(new XaPhantom(XaPhantom.Even(60, 5)) { Noise = 0.02, Blade = frame => frame == 50 ? 100 : 0 });
        Assert.NotEqual(RunRefusal.GantryMotion, SubtractedRun.Of(blinking.Description, blinking).Refusal);
    }

    [Fact]
    public void A_top_that_may_lie_among_frames_left_out_is_no_top()
    {
        // six frames around the peak of 4.4 s could not be aligned: a twelfth of the run, and the only frames that matter
        XaPhantom kicking = Foot(new XaPhantom(XaPhantom.Even(72, 6)) { Noise = 0.02, Motion = frame => frame is >= 24 and < 30 ? Jerks(frame + 1) : (0, 0) });
        (SubtractedRun? run, RunRefusal refusal) = SubtractedRun.Of(kicking.Description, kicking);
        Assert.Equal(RunRefusal.None, refusal);
        Assert.True(run!.Flags.HasFlag(RunFlags.FramesLeftOut));
        PerfusionResult read = run.Read(InVessel).Figures;
        Assert.Equal((MeasurementState.Unreadable, RunRefusal.FramesMissing), (read.State, read.Refusal));
        Assert.Null(read.Peak);
        Assert.True(float.IsNaN(PerfusionMap.Of(run)[PerfusionParameter.Peak][120 * 256 + 130]));
    }

    [Theory]
    [InlineData(12, 16, RunRefusal.FramesMissing, PerfusionFlags.None)]   // the rise: arrival itself may lie there
    [InlineData(36, 40, RunRefusal.FramesMissing, PerfusionFlags.None)]   // the fall to half the peak
    [InlineData(50, 54, RunRefusal.None, PerfusionFlags.GapInTail)]
    [InlineData(26, 27, RunRefusal.None, PerfusionFlags.None)]            // one frame: its neighbours stand
    [InlineData(4, 8, RunRefusal.None, PerfusionFlags.None)]              // before anything came
    public void Frames_left_out_matter_where_the_curve_is_decided(int from, int to, RunRefusal refusal, PerfusionFlags flags)
    {
        double[] all = XaPhantom.Even(90, 6);
        int[] kept = [.. Enumerable.Range(0, 90).Where(f => f < from || f >= to)];
        double[] seconds = [.. kept.Select(f => all[f])];
        PerfusionResult read = new TimeDensityCurve(seconds, 5, kept).Read([.. seconds.Select(Pass)]);
        Assert.Equal((refusal, flags), (read.Refusal, read.Flags));
        Assert.Equal(refusal == RunRefusal.None ? MeasurementState.Measured : MeasurementState.Unreadable, read.State);
    }

    [Fact]
    public void Slow_frames_that_were_all_kept_are_no_gap()
    {
        double[] seconds = XaPhantom.Even(24, 1.5);
        PerfusionResult read = new TimeDensityCurve(seconds, 3, [.. Enumerable.Range(0, 24)]).Read([.. seconds.Select(XaPhantom.Gamma(0.4, 2, 3, 1.5))]);
        Assert.Equal((MeasurementState.Measured, PerfusionFlags.None), (read.State, read.Flags));
    }

    [Fact]
    public void A_flash_of_two_frames_is_not_called_a_vessel_without_contrast()
    {
        double[] seconds = XaPhantom.Even(60, 5), density = new double[60];
        density[20] = density[21] = 0.4;
        PerfusionResult read = new TimeDensityCurve(seconds).Read(density);
        Assert.Equal((MeasurementState.Unreadable, RunRefusal.TooCoarse), (read.State, read.Refusal));
        density[22] = 0.4;
        Assert.Equal((MeasurementState.Measured, seconds[20]), (new TimeDensityCurve(seconds).Read(density).State, new TimeDensityCurve(seconds).Read(density).ArrivalS));
    }

    [Fact]
    public void A_map_has_no_colour_for_a_width_that_is_only_a_bound()
    {
        // ends between the top and the fall to half: width is a bound, the peak is none
        var phantom = new XaPhantom(XaPhantom.Even(50, 8), 64, 64) { Noise = 0.003, Bone = 0 };
        phantom.Vessels.Add((10, 10, 30, 30, XaPhantom.Gamma(0.4, 2, 3, 0.8)));
        (SubtractedRun? run, _) = SubtractedRun.Of(phantom.Description, phantom);
        PerfusionResult one = run!.Read(PixelRegion.Rectangle(20, 20, 1, 1, 64, 64)).Figures;
        Assert.Equal((MeasurementState.Measured, PerfusionFlags.TailCutOff), (one.State, one.Flags));
        PerfusionMap map = PerfusionMap.Of(run);
        Assert.True(float.IsNaN(map[PerfusionParameter.WidthS][20 * 64 + 20]));
        Assert.Equal((float)one.Peak!.Value, map[PerfusionParameter.Peak][20 * 64 + 20]);
    }

    [Fact]
    public void Saturation_is_looked_for_where_the_foot_has_gone()
    {
        XaPhantom drifting = Foot(new XaPhantom(XaPhantom.Even(72, 6)) { Noise = 0.02, Motion = Drifts });
        drifting.Vessels.Add((110, 180, 40, 20, _ => -2));
        (SubtractedRun? run, _) = SubtractedRun.Of(drifting.Description, drifting);
        // the burnt-out patch drifts up through the rows above it; aligned, they are clean
        Assert.Equal(RunRefusal.None, run!.Read(PixelRegion.Rectangle(112, 174, 30, 4, 256, 256)).Figures.Refusal);
        Assert.Equal(RunRefusal.None, run.Read(PixelRegion.Rectangle(151, 184, 4, 10, 256, 256)).Figures.Refusal);
        Assert.Equal(RunRefusal.Saturated, run.Read(PixelRegion.Rectangle(120, 194, 20, 5, 256, 256)).Figures.Refusal);
    }

    [Theory]
    [InlineData(2000)]
    [InlineData(1700)]
    public void Values_cut_off_inside_the_stored_range_are_saturated_where_they_are_and_nowhere_else(double limit)
    {
        // a limit of the chain below the 12 bits that are stored: what would lie above is written there; the right half is darker
        Func<double, double> pass = ForeignRun.Pass(0.5, 2, 5);
        ForeignRun Run(double most) => new(60, 4)
        {
            Contrast = (t, x, y) => x is > 100 and < 160 && y is > 100 and < 160 ? pass(t) : 0,
            Stored = (count, _, x, _) => Math.Min(x < 128 ? count : 0.6 * count, most),
        };
        PixelRegion bright = PixelRegion.Rectangle(104, 104, 20, 50, 256, 256), dark = PixelRegion.Rectangle(132, 104, 20, 50, 256, 256);
        ForeignRun cut = Run(limit), whole = Run(4095);
        RunRefusal Refusal(ForeignRun run, PixelRegion region) => SubtractedRun.Of(run.Description, run).Run!.Read(region).Figures.Refusal;
        Assert.Equal((RunRefusal.None, RunRefusal.None), (Refusal(whole, bright), Refusal(whole, dark)));
        Assert.Equal((RunRefusal.Saturated, RunRefusal.None), (Refusal(cut, bright), Refusal(cut, dark)));
    }

    [Fact]
    public void A_run_that_does_not_flicker_has_no_end_that_can_be_told()
    {
        var phantom = new XaPhantom(XaPhantom.Even(50, 8), 64, 64) { Noise = 0, Bone = 0 };
        phantom.Vessels.Add((10, 10, 30, 30, XaPhantom.Gamma(0.4, 1, 2, 0.4)));
        (SubtractedRun? run, _) = SubtractedRun.Of(phantom.Description, phantom);
        Assert.Equal(RunRefusal.None, run!.Read(PixelRegion.Rectangle(12, 12, 20, 20, 64, 64)).Figures.Refusal);
    }

    [Fact]
    public void Contrast_so_dense_that_no_count_is_left_is_saturated_too()
    {
        var phantom = new XaPhantom(XaPhantom.Even(72, 6)) { Noise = 0.02 };
        phantom.Vessels.Add((110, 90, 20, 30, XaPhantom.Gamma(12, 2, 3, 0.8)));
        (SubtractedRun? run, RunRefusal refusal) = SubtractedRun.Of(phantom.Description, phantom);
        Assert.Equal(RunRefusal.None, refusal);
        Assert.Equal(RunRefusal.Saturated, run!.Read(PixelRegion.Rectangle(112, 92, 16, 26, 256, 256)).Figures.Refusal);
    }

    [Fact]
    public void Values_that_fall_as_the_light_rises_are_turned_round_where_they_are_logarithms_and_refused_where_they_are_a_line()
    {
        PerfusionResult Read(bool falls)
        {
            XaPhantom phantom = Foot(new XaPhantom(XaPhantom.Even(72, 6)) { Noise = 0.02, Logarithmic = true, Falls = falls });
            (SubtractedRun? run, RunRefusal refusal) = SubtractedRun.Of(phantom.Description, phantom);
            Assert.Equal(RunRefusal.None, refusal);
            return run!.Read(InVessel).Figures;
        }

        PerfusionResult rises = Read(falls: false), falls = Read(falls: true);
        Assert.Equal(MeasurementState.Measured, falls.State);
        Assert.Equal(rises.Peak!.Value, falls.Peak!.Value, 3);
        Assert.Equal(rises.ArrivalS, falls.ArrivalS);
        XaPhantom line = Foot(new XaPhantom(XaPhantom.Even(72, 6)) { Noise = 0.02, Falls = true });
        Assert.Equal(RunRefusal.ZeroNotSaid, SubtractedRun.Of(line.Description, line).Refusal);
    }

    [Fact]
    public void Values_that_run_the_other_way_unsaid_are_refused_and_never_called_a_foot_without_contrast()
    {
        XaPhantom phantom = Foot(new XaPhantom(XaPhantom.Even(72, 6)) { Noise = 0.02, Falls = true });
        (SubtractedRun? run, RunRefusal refusal) = SubtractedRun.Of(phantom.Description with { FallsWithIntensity = false }, phantom);
        PerfusionResult read = run?.Read(InVessel).Figures ?? PerfusionResult.Refused(refusal);
        Assert.Equal((MeasurementState.Unreadable, RunRefusal.BelowMask), (read.State, read.Refusal));
    }

    [Theory]
    [InlineData(26)]   // at the top: the whole curve lies below
    [InlineData(64)]   // in the tail: a tenth of the contrast is still there
    public void A_named_mask_with_contrast_in_it_is_not_believed(int frame)
    {
        XaPhantom phantom = new(XaPhantom.Even(72, 6)) { Noise = 0.005 };
        phantom.Vessels.Add((110, 90, 40, 80, frame > 60 ? t => Pass(t) + (t > 5 ? 0.06 : 0) : Pass));
        (SubtractedRun? run, _) = SubtractedRun.Of(phantom.Description with { MaskOperation = MaskOperation.Average, MaskFrames = [frame] }, phantom);
        PerfusionResult read = run!.Read(InVessel).Figures;
        Assert.Equal((MeasurementState.Unreadable, RunRefusal.BelowMask), (read.State, read.Refusal));
    }

    [Theory]
    [InlineData(0.03, 150)]    // a blush that is seen late
    [InlineData(0.015, 150)]   // one that is never seen
    [InlineData(0.4, 9)]       // a vessel too small to be seen in a block
    public void Contrast_that_is_hardly_seen_is_not_in_the_mask(double peak, int side)
    {
        Func<double, double> density = XaPhantom.Gamma(peak, 2, 2, 2);
        var phantom = new XaPhantom(XaPhantom.Even(60, 3)) { Noise = 0.005 };
        phantom.Vessels.Add((60, 60, side, side, density));
        (SubtractedRun? run, RunRefusal refusal) = SubtractedRun.Of(phantom.Description, phantom);
        Assert.Equal(RunRefusal.None, refusal);
        Assert.All(run!.MaskFrames, f => Assert.InRange(f / 3.0, 0, 2));
        PerfusionResult read = run.Read(PixelRegion.Rectangle(61, 61, side - 2, side - 2, 256, 256)).Figures;
        Assert.Equal(MeasurementState.Measured, read.State);
        Assert.InRange(read.Peak!.Value, 0.94 * peak, 1.06 * peak);
        double area = Enumerable.Range(0, 20000).Where(k => k * 1e-3 >= read.ArrivalS).Sum(k => density(k * 1e-3) * 1e-3);
        Assert.InRange(read.Area!.Value, 0.94 * area, 1.06 * area);
    }

    [Theory]
    [InlineData(0.06, 200)]
    [InlineData(0.2, 200)]
    [InlineData(0.2, 256)]
    [InlineData(0.4, 256)]
    public void Contrast_that_fills_the_field_is_not_taken_out_as_exposure(double peak, int rows)
    {
        var phantom = new XaPhantom(XaPhantom.Even(72, 6)) { Noise = 0.01 };
        phantom.Vessels.Add((0, 0, 256, rows, XaPhantom.Gamma(peak, 2, 3, 0.8)));
        Assert.Equal(RunRefusal.Exposure, SubtractedRun.Of(phantom.Description, phantom).Refusal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    public void A_foot_that_lies_still_has_no_residual_to_speak_of(double finestPx)
    {
        XaPhantom still = Foot(new XaPhantom(XaPhantom.Even(30, 3)) { Noise = 0.004, Bone = finestPx > 0 ? 0.1 : 0.25, FinestPx = finestPx });
        (SubtractedRun? run, _) = SubtractedRun.Of(still.Description, still);
        Assert.False(run!.Flags.HasFlag(RunFlags.MotionCorrected));
        Assert.InRange(run.ResidualPx, 0, 0.8);
        Assert.Equal(30, run.Kept.Count);
    }

    [Fact]
    public void The_exposed_field_leaves_the_collimator_out()
    {
        XaPhantom collimated = Foot(new XaPhantom(XaPhantom.Even(72, 6)) { Noise = 0.02, Blade = _ => 60, ThroughBlade = 0 });
        (SubtractedRun? run, _) = SubtractedRun.Of(collimated.Description, collimated);
        Assert.InRange(run!.Field.FirstRow, 60, 72);
        Assert.Equal(255, run.Field.LastRow);
        Assert.Equal(MeasurementState.Measured, run.Read(run.Field).Figures.State);
        XaPhantom open = Foot(new XaPhantom(XaPhantom.Even(72, 6)) { Noise = 0.02 });
        Assert.Equal(256 * 256, SubtractedRun.Of(open.Description, open).Run!.Field.Pixels);
    }

    [Fact]
    public void Every_refusal_has_its_word_and_its_sentence()
    {
        foreach (RunRefusal refusal in Enum.GetValues<RunRefusal>())
        {
            Assert.Equal(refusal == RunRefusal.None, refusal.Word().Length == 0);
            Assert.Equal(refusal == RunRefusal.None, refusal.Sentence().Length == 0);
        }

        Assert.Equal(Enum.GetValues<RunRefusal>().Length, Enum.GetValues<RunRefusal>().Select(r => r.Word()).Distinct().Count());
        Assert.Equal("side,catheter_position,contrast_agent,contrast_volume,contrast_rate,projection,frame_rate,densities,patient", string.Join(',', Enum.GetValues<MatchCriterion>().Select(c => c.Word())));
    }
}
