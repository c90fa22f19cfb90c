using Vascular.Processing.Angiography;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests.Angiography;

/// <summary>Curves of known form: every figure against its closed value or a fine numerical one.</summary>
public class TimeDensityCurveTests
{
    private const double Start = 2.0, Shape = 3.0, Scale = 1.0, Peak = 0.5;

    public static TheoryData<double> Rates => [2, 3, 6, 7.5, 15, 30];

    [Theory]
    [MemberData(nameof(Rates))]
    public void A_gamma_variate_is_read_at_any_frame_rate(double perSecond)
    {
        double[] t = XaPhantom.Even((int)(20 * perSecond), perSecond);
        Func<double, double> density = XaPhantom.Gamma(Peak, Start, Shape, Scale);
        PerfusionResult read = Of(t, density);
        double frame = 1 / perSecond;

        Assert.Equal(MeasurementState.Measured, read.State);
        // the first frame after the truth's 10 % crossing
        double crossing = Crossing(density, 0.1 * Peak);
        Assert.InRange(read.ArrivalS!.Value, crossing - 1e-6, crossing + frame);
        double within = Math.Max(0.15, 0.4 * frame);
        Assert.InRange(read.TimeToPeakFromFirstFrameS!.Value, Start + 3 - within, Start + 3 + within);
        Assert.Equal(read.TimeToPeakFromFirstFrameS.Value - read.ArrivalS.Value, read.TimeToPeakFromArrivalS!.Value, 9);
        Assert.InRange(read.Peak!.Value, 0.97 * Peak, 1.01 * Peak);
        Assert.InRange(read.WashInPerS!.Value, 0.75 * SteepestSlope(density), 1.05 * SteepestSlope(density));
        Assert.InRange(read.WidthS!.Value, Width(density) - 0.2, Width(density) + 0.2);

        (double area, double moment) = AreaFrom(density, read.ArrivalS.Value, t[^1]);
        Assert.InRange(read.Area!.Value, area * 0.98, area * 1.02);
        Assert.InRange(read.MeanTransitMomentS!.Value, moment / area * 0.98, moment / area * 1.02);
        Assert.Equal(read.Area.Value / read.Peak.Value, read.MeanTransitAreaS!.Value, 9);
        Assert.Equal(PerfusionFlags.None, read.Flags);
    }

    [Fact]
    public void Frames_of_changing_rate_are_read_in_time_not_by_number()
    {
        // 7.5 frames/s for 6 s, then 1 frame/s
        double[] t = [.. Enumerable.Range(0, 45).Select(k => k / 7.5), .. Enumerable.Range(1, 16).Select(k => 44 / 7.5 + k)];
        Func<double, double> density = XaPhantom.Gamma(Peak, Start, Shape, Scale);
        PerfusionResult read = Of(t, density);
        Assert.InRange(read.TimeToPeakFromFirstFrameS!.Value, 4.85, 5.15);
        Assert.InRange(read.WidthS!.Value, Width(density) - 0.2, Width(density) + 0.2);
        (double area, _) = AreaFrom(density, read.ArrivalS!.Value, t[^1]);
        Assert.InRange(read.Area!.Value, 0.95 * area, 1.05 * area);
    }

    [Fact]
    public void Arrival_is_the_first_of_three_successive_frames_and_a_lone_spike_is_none()
    {
        double[] t = XaPhantom.Even(100, 5);
        double[] density = [.. t.Select(XaPhantom.Gamma(Peak, 8, Shape, Scale))];
        density[10] = density[11] = 0.2;
        PerfusionResult read = new TimeDensityCurve(t).Read(density);
        Assert.InRange(read.ArrivalS!.Value, 8.4, 9.2);
    }

    [Fact]
    public void A_run_that_ends_too_soon_is_refused_and_one_that_is_just_long_enough_is_not()
    {
        Func<double, double> density = XaPhantom.Gamma(Peak, Start, Shape, Scale);
        PerfusionResult whole = Of(XaPhantom.Even(300, 10), density);
        double needed = whole.ArrivalS!.Value + 1.5 * whole.TimeToPeakFromArrivalS!.Value;
        PerfusionResult shorter = Of(XaPhantom.Even((int)(needed * 10) - 1, 10), density);
        Assert.Equal((MeasurementState.Unreadable, RunRefusal.TooShort), (shorter.State, shorter.Refusal));
        Assert.Null(shorter.Peak);
        PerfusionResult longer = Of(XaPhantom.Even((int)(needed * 10) + 3, 10), density);
        Assert.Equal(MeasurementState.Measured, longer.State);
        Assert.Equal(PerfusionFlags.TailCutOff, longer.Flags);
    }

    [Fact]
    public void Without_contrast_the_answer_is_absent_and_noise_never_becomes_a_figure()
    {
        double[] t = XaPhantom.Even(80, 4);
        var curve = new TimeDensityCurve(t);
        Assert.Equal(MeasurementState.Absent, curve.Read(new double[80]).State);
        int figures = 0;
        for (int seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            double[] noise = [.. t.Select(_ => 0.05 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5))];
            figures += curve.Read(noise).State == MeasurementState.Absent ? 0 : 1;
        }

        Assert.Equal(0, figures);
    }

    [Fact]
    public void Contrast_in_the_first_frame_makes_the_figures_unreliable()
    {
        PerfusionResult read = Of(XaPhantom.Even(100, 5), XaPhantom.Gamma(Peak, -1.5, Shape, Scale));
        Assert.Equal(MeasurementState.Unreliable, read.State);
        Assert.True(read.Flags.HasFlag(PerfusionFlags.ContrastAtStart));
    }

    [Fact]
    public void Reading_a_curve_allocates_nothing()
    {
        double[] t = XaPhantom.Even(100, 5);
        double[] density = [.. t.Select(XaPhantom.Gamma(Peak, Start, Shape, Scale))];
        var curve = new TimeDensityCurve(t);
        curve.Read(density);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int k = 0; k < 100; k++)
        {
            curve.Read(density);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(2.0, 3.0, 1.0)]
    [InlineData(1.0, 1.8, 0.6)]
    [InlineData(4.2, 5.0, 1.7)]
    public void The_fit_finds_the_gamma_variate_that_made_the_curve(double start, double shape, double scale)
    {
        double[] t = XaPhantom.Even(200, 7.5);
        double[] density = [.. t.Select(XaPhantom.Gamma(Peak, start, shape, scale))];
        GammaVariate fit = GammaVariate.Fit(t, density, new TimeDensityCurve(t).Read(density))!.Value;
        Assert.InRange(fit.StartS, start - 0.02, start + 0.02);
        Assert.InRange(fit.Shape, 0.98 * shape, 1.02 * shape);
        Assert.InRange(fit.ScaleS, 0.98 * scale, 1.02 * scale);
        Assert.InRange(fit.Goodness, 0.9999, 1);
        Assert.InRange(fit.Peak, 0.999 * Peak, 1.001 * Peak);
        (double area, _) = AreaFrom(XaPhantom.Gamma(Peak, start, shape, scale), 0, 200);
        Assert.InRange(fit.Area, 0.99 * area, 1.01 * area);
        Assert.InRange(fit.MeanTransitS, 0.98 * scale * (shape + 1), 1.02 * scale * (shape + 1));
    }

    [Fact]
    public void Recirculation_leaves_the_fit_of_the_first_pass_alone_and_not_the_area()
    {
        double[] t = XaPhantom.Even(225, 7.5);
        Func<double, double> first = XaPhantom.Gamma(Peak, Start, Shape, Scale), second = XaPhantom.Gamma(0.25 * Peak, Start + 9, 4, 1.5);
        double[] density = [.. t.Select(s => first(s) + second(s))];
        PerfusionResult read = new TimeDensityCurve(t).Read(density);
        GammaVariate fit = GammaVariate.Fit(t, density, read)!.Value;
        (double area, _) = AreaFrom(first, 0, 60);
        Assert.InRange(fit.Area, 0.97 * area, 1.03 * area);
        Assert.True(read.Area > 1.2 * area);
    }

    [Fact]
    public void A_noisy_curve_is_fitted_within_its_noise()
    {
        double[] t = XaPhantom.Even(150, 7.5);
        Func<double, double> truth = XaPhantom.Gamma(Peak, Start, Shape, Scale);
        List<double> peaks = [], areas = [];
        (double area, _) = AreaFrom(truth, 0, 60);
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            double[] density = [.. t.Select(s => truth(s) + 0.02 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 2)];
            GammaVariate fit = GammaVariate.Fit(t, density, new TimeDensityCurve(t).Read(density))!.Value;
            peaks.Add(fit.PeakAtS);
            areas.Add(fit.Area);
        }

        Assert.InRange(peaks.Average(), 4.95, 5.05);
        Assert.InRange(areas.Average(), 0.97 * area, 1.03 * area);
        Assert.InRange(areas.Max(a => Math.Abs(a - area)), 0, 0.15 * area);
    }

    [Theory]
    [InlineData(0.5, 0.5723649429247004)]
    [InlineData(1, 0)]
    [InlineData(2.5, 0.2846828704729196)]
    [InlineData(10, 12.801827480081467)]
    [InlineData(123.456, 469.60554712992956)]
    public void Log_gamma_agrees_with_another_library(double x, double value) => Assert.InRange(Elementary.LogGamma(x), value - 1e-12, value + 1e-12);

    private static PerfusionResult Of(double[] seconds, Func<double, double> density) => new TimeDensityCurve(seconds).Read([.. seconds.Select(density)]);

    private static double Crossing(Func<double, double> density, double level)
    {
        double t = 0;
        while (density(t) <= level)
        {
            t += 1e-5;
        }

        return t;
    }

    private static double SteepestSlope(Func<double, double> density)
    {
        double most = 0;
        for (double t = 0; t < 8; t += 1e-3)
        {
            most = Math.Max(most, (density(t + 1e-4) - density(t)) / 1e-4);
        }

        return most;
    }

    private static double Width(Func<double, double> density)
    {
        int over = 0;
        for (double t = 0; t < 30; t += 1e-3)
        {
            over += density(t) > Peak / 2 ? 1 : 0;
        }

        return over * 1e-3;
    }

    private static (double Area, double Moment) AreaFrom(Func<double, double> density, double from, double to)
    {
        double area = 0, moment = 0;
        const double Step = 1e-3;
        for (double t = from; t < to; t += Step)
        {
            double middle = density(t + Step / 2);
            area += middle * Step;
            moment += middle * (t + Step / 2 - from) * Step;
        }

        return (area, moment);
    }
}
