using Vascular.Processing.Angiography;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests.Angiography;

/// <summary>Digital phantoms with known parameters: each number of a region and of a map against what was put in.</summary>
public class SubtractedRunTests
{
    private static readonly Func<double, double> Pass = XaPhantom.Gamma(0.4, 2, 3, 0.8);

    private static XaPhantom Foot(Func<XaPhantom> make)
    {
        XaPhantom phantom = make();
        phantom.Vessels.Add((110, 90, 40, 80, Pass));
        return phantom;
    }

    private static XaPhantom Usual(double noise = 0.02) => Foot(() => new XaPhantom(XaPhantom.Even(72, 6)) { Noise = noise });

    private static (PerfusionResult Figures, double[] Density) Read(SubtractedRun run, int x = 118, int y = 100, int width = 24, int height = 60) =>
        run.Read(PixelRegion.Rectangle(x, y, width, height, run.Columns, run.Rows));

    private static SubtractedRun Subtracted(XaPhantom phantom)
    {
        (SubtractedRun? run, RunRefusal refusal) = SubtractedRun.Of(phantom.Description, phantom);
        Assert.Equal(RunRefusal.None, refusal);
        return run!;
    }

    private static void IsThePass(PerfusionResult figures, double tolerance = 1)
    {
        Assert.Equal(MeasurementState.Measured, figures.State);
        Assert.InRange(figures.ArrivalS!.Value, 2.4, 3.1);
        Assert.InRange(figures.TimeToPeakFromFirstFrameS!.Value, 4.4 - 0.15 * tolerance, 4.4 + 0.15 * tolerance);
        Assert.InRange(figures.Peak!.Value, 0.4 * (1 - 0.04 * tolerance), 0.4 * (1 + 0.04 * tolerance));
        Assert.InRange(figures.WidthS!.Value, 3.29 - 0.25 * tolerance, 3.29 + 0.25 * tolerance);
    }

    [Fact]
    public void A_linear_run_is_logarithmed_and_the_mask_chosen_before_contrast()
    {
        SubtractedRun run = Subtracted(Usual());
        IsThePass(Read(run).Figures);
        Assert.InRange(run.MaskFrames.Count, 3, 5);
        Assert.All(run.MaskFrames, f => Assert.InRange(f / 6.0, 0, 2.4));
        Assert.Equal(RunFlags.MaskChosen, run.Flags);
        Assert.Equal(72, run.Kept.Count);
    }

    [Fact]
    public void A_logarithmic_run_is_subtracted_as_it_is_and_its_densities_are_in_its_own_unit()
    {
        SubtractedRun run = Subtracted(Foot(() => new XaPhantom(XaPhantom.Even(72, 6)) { Noise = 0.02, Logarithmic = true }));
        PerfusionResult figures = Read(run).Figures;
        Assert.InRange(figures.Peak!.Value, 0.385 * 400, 0.415 * 400);
        Assert.InRange(figures.TimeToPeakFromFirstFrameS!.Value, 4.25, 4.55);
    }

    [Fact]
    public void The_mask_that_the_series_names_is_used()
    {
        XaPhantom phantom = Usual();
        (SubtractedRun? run, _) = SubtractedRun.Of(phantom.Description with { MaskOperation = MaskOperation.Average, MaskFrames = [1, 2] }, phantom);
        Assert.Equal([1, 2], run!.MaskFrames);
        Assert.Equal(RunFlags.None, run.Flags);
        IsThePass(Read(run).Figures);
    }

    [Fact]
    public void A_foot_that_shifts_is_brought_back_and_the_residual_is_stated()
    {
        static (double, double) Moved(int frame) => frame < 20 ? (0, 0) : (Math.Min(6.4, 0.3 * (frame - 20)), -Math.Min(3.7, 0.2 * (frame - 20)));
        XaPhantom moving = Foot(() => new XaPhantom(XaPhantom.Even(72, 6)) { Noise = 0.02, Motion = Moved });
        SubtractedRun run = Subtracted(moving);
        Assert.Equal(RunFlags.MaskChosen | RunFlags.MotionCorrected, run.Flags);
        for (int frame = 0; frame < run.Shifts.Count; frame++)
        {
            ((double right, double down), FrameShift shift) = (Moved(frame), run.Shifts[frame]!.Value);
            Assert.InRange(shift.RightPx - right, -0.5, 0.5);
            Assert.InRange(shift.DownPx - down, -0.5, 0.5);
        }

        Assert.InRange(run.ResidualPx, 0, 1);
        IsThePass(Read(run).Figures, 1.5);
    }

    [Fact]
    public void A_foot_that_turns_too_far_in_too_many_frames_gives_no_figures()
    {
        // each frame of the second half lies elsewhere, beyond what patches can agree on
        XaPhantom restless = Foot(() => new XaPhantom(XaPhantom.Even(72, 6)) { Noise = 0.02, Motion = frame => frame < 36 ? (0, 0) : (45 * (frame % 3), 50 * (frame % 2)) });
        (SubtractedRun? run, RunRefusal refusal) = SubtractedRun.Of(restless.Description, restless);
        Assert.Null(run);
        Assert.Equal(RunRefusal.PatientMotion, refusal);
    }

    [Fact]
    public void A_plain_border_says_that_motion_is_unknown_and_shifts_nothing()
    {
        SubtractedRun run = Subtracted(Foot(() => new XaPhantom(XaPhantom.Even(72, 6)) { Noise = 0.02, Bone = 0 }));
        Assert.True(run.Flags.HasFlag(RunFlags.MotionUnknown));
        Assert.False(run.Flags.HasFlag(RunFlags.MotionCorrected));
        IsThePass(Read(run).Figures);
    }

    [Fact]
    public void Exposure_that_settles_is_waited_for_and_exposure_that_drifts_is_taken_out()
    {
        // as in a real cine: the first frames fall by a quarter; then the light creeps on
        XaPhantom drifting = Foot(() => new XaPhantom(XaPhantom.Even(72, 6)) { Noise = 0.02, Exposure = frame => frame < 5 ? 1.33 - 0.066 * frame : 1 - 0.001 * (frame - 5) });
        SubtractedRun run = Subtracted(drifting);
        Assert.True(run.Flags.HasFlag(RunFlags.ExposureNormalised));
        Assert.All(run.MaskFrames, f => Assert.True(f >= 4));
        IsThePass(Read(run).Figures);
    }

    [Fact]
    public void A_blush_that_fills_the_picture_leaves_no_background_and_is_refused()
    {
        var phantom = new XaPhantom(XaPhantom.Even(72, 6)) { Noise = 0.02 };
        for (int strip = 0; strip < 16; strip++)
        {
            double share = 0.3 + 0.7 * strip / 15;
            phantom.Vessels.Add((16 * strip, 0, 16, 256, t => share * Pass(t)));
        }

        (SubtractedRun? run, RunRefusal refusal) = SubtractedRun.Of(phantom.Description, phantom);
        Assert.Null(run);
        Assert.Equal(RunRefusal.Exposure, refusal);
    }

    [Fact]
    public void Saturated_pixels_refuse_their_region_and_no_other()
    {
        XaPhantom phantom = Foot(() => new XaPhantom(XaPhantom.Even(72, 6)) { Noise = 0.02 });
        phantom.Vessels.Add((20, 200, 40, 40, _ => -2));
        SubtractedRun run = Subtracted(phantom);
        Assert.Equal(RunRefusal.Saturated, Read(run, 24, 204, 30, 30).Figures.Refusal);
        IsThePass(Read(run).Figures);
    }

    [Fact]
    public void What_cannot_be_measured_is_refused_with_its_reason_before_a_pixel_is_read()
    {
        XaPhantom phantom = Usual();
        RunDescription sound = phantom.Description;
        Assert.Equal(RunRefusal.NoFrameTimes, SubtractedRun.Of(sound with { Times = null }, phantom).Refusal);
        Assert.Equal(RunRefusal.NotProportional, SubtractedRun.Of(sound with { Relationship = IntensityRelationship.Display }, phantom).Refusal);
        Assert.Equal(RunRefusal.NotProportional, SubtractedRun.Of(sound with { Relationship = IntensityRelationship.Unknown }, phantom).Refusal);
        Assert.Equal(RunRefusal.GantryMotion, SubtractedRun.Of(sound with { Moved = true }, phantom).Refusal);
        var few = new XaPhantom(XaPhantom.Even(7, 6));
        Assert.Equal(RunRefusal.TooFewFrames, SubtractedRun.Of(few.Description, few).Refusal);
        var late = new XaPhantom(XaPhantom.Even(72, 6)) { Noise = 0.02 };
        late.Vessels.Add((110, 90, 40, 80, t => 0.4 + 0.4 * t));
        Assert.Equal(RunRefusal.NoMask, SubtractedRun.Of(late.Description, late).Refusal);
    }

    [Fact]
    public void The_map_says_at_each_pixel_what_a_region_of_that_pixel_says()
    {
        var phantom = new XaPhantom(XaPhantom.Even(60, 5), 96, 80) { Noise = 0.02, Bone = 0 };
        phantom.Vessels.Add((10, 20, 20, 50, Pass));
        phantom.Vessels.Add((40, 20, 20, 50, XaPhantom.Gamma(0.3, 3.5, 3, 0.8)));
        SubtractedRun run = Subtracted(phantom);
        PerfusionMap map = PerfusionMap.Of(run);
        foreach ((int x, int y) in new[] { (15, 30), (29, 60), (45, 25), (59, 69) })
        {
            PerfusionResult one = Read(run, x, y, 1, 1).Figures;
            Assert.Equal((float)one.TimeToPeakFromArrivalS!.Value, map[PerfusionParameter.TimeToPeakFromArrivalS][y * run.Columns + x]);
            Assert.Equal((float)one.Area!.Value, map[PerfusionParameter.Area][y * run.Columns + x]);
        }

        double Middle(PerfusionParameter parameter, int x)
        {
            float[] values = map[parameter].ToArray();
            double[] inside = [.. from row in Enumerable.Range(25, 40) from column in Enumerable.Range(x, 10) select (double)values[row * run.Columns + column]];
            Assert.True(inside.Count(double.IsNaN) < 0.05 * inside.Length);
            double[] sorted = [.. inside.Where(v => !double.IsNaN(v)).Order()];
            return sorted[sorted.Length / 2];
        }

        Assert.InRange(Middle(PerfusionParameter.Peak, 15), 0.37, 0.43);
        Assert.InRange(Middle(PerfusionParameter.Peak, 45), 0.27, 0.33);
        Assert.InRange(Middle(PerfusionParameter.ArrivalS, 45) - Middle(PerfusionParameter.ArrivalS, 15), 1.2, 1.8);

        // outside the vessels nothing came
        int empty = 0;
        for (int row = 75; row < 96; row++)
        {
            for (int column = 0; column < 80; column++)
            {
                empty += float.IsNaN(map[PerfusionParameter.Peak][row * run.Columns + column]) ? 1 : 0;
            }
        }

        Assert.True(empty > 0.99 * 21 * 80, $"{empty}");
    }

    [Fact]
    public void Frame_times_come_from_the_vector_then_the_frame_time_then_with_doubt_the_cine_rate()
    {
        Assert.Null(FrameTimes.Of(3, null, null, null));
        Assert.Null(FrameTimes.Of(3, [0, 100], 0, double.NaN));
        FrameTimes vector = FrameTimes.Of(3, [0, 100, 300], 100, null)!;
        Assert.Equal((FrameTimeSource.FrameTimeVector, true), (vector.Source, vector.Disagree));
        Assert.Equal([0, 0.1, 0.4], vector.Seconds.ToArray());
        Assert.Null(FrameTimes.Of(4, [100, 300, 300], 100, 10)); // the first 0 left out, or the last step: nobody can say
        Assert.Null(FrameTimes.Of(4, [0, 100, 0, 300], 100, 10));
        Assert.Null(FrameTimes.Of(4, [0, 300, 300], null, 10));
        FrameTimes even = FrameTimes.Of(4, [100, 100, 100], 100, 10)!;
        Assert.Equal((FrameTimeSource.FrameTime, false), (even.Source, even.Disagree));
        FrameTimes none = FrameTimes.Of(4, [0, 0, 0, 0], 100, null)!;
        Assert.Equal((FrameTimeSource.FrameTime, true), (none.Source, none.Disagree));
        FrameTimes step = FrameTimes.Of(3, null, 66.7, 15)!;
        Assert.Equal((FrameTimeSource.FrameTime, false), (step.Source, step.Disagree));
        FrameTimes cine = FrameTimes.Of(3, null, null, 4)!;
        Assert.Equal((FrameTimeSource.CineRate, 0.5), (cine.Source, cine.Seconds[2]));
    }

    [Fact]
    public void A_drawn_region_has_the_pixels_whose_centres_lie_inside()
    {
        PixelRegion square = PixelRegion.Polygon([(2, 3), (6, 3), (6, 5), (2, 5)], 10, 10);
        Assert.Equal([(3, 2, 6), (4, 2, 6)], square.Stretches);
        Assert.Equal(PixelRegion.Rectangle(2, 3, 4, 2, 10, 10).Stretches, square.Stretches);
        Assert.Throws<ArgumentException>(() => PixelRegion.Polygon([(0, 0), (1, 1)], 10, 10));
        Assert.Contains("10 x 10", Assert.Throws<ArgumentException>(() => PixelRegion.Rectangle(8, 8, 4, 4, 10, 10)).Message, StringComparison.Ordinal);
    }
}
