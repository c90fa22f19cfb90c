using Vascular.Processing.Angiography;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests.Angiography;

/// <summary>Every figure of a run against what was put into the phantom, under each thing that spoils real runs.</summary>
public class PhantomFiguresTests
{
    private static readonly Func<double, double> Pass = XaPhantom.Gamma(0.4, 2, 3, 0.8);

    // contrast that has gone round once comes back flatter
    private static readonly Func<double, double> Round = XaPhantom.Gamma(0.1, 8.5, 4, 1);

    public static TheoryData<string> Spoilt => ["nothing", "noise", "motion", "recirculation", "variable rate", "saturation elsewhere", "exposure"];

    [Theory]
    [MemberData(nameof(Spoilt))]
    public void Each_figure_is_what_was_put_in(string what)
    {
        Func<double, double> density = what == "recirculation" ? t => Pass(t) + Round(t) : Pass;
        double[] seconds = what switch
        {
            "recirculation" => XaPhantom.Even(114, 6),
            "variable rate" => [.. Enumerable.Range(0, 54).Select(k => k / 7.5), .. Enumerable.Range(1, 9).Select(k => 53 / 7.5 + k / 1.5)],
            _ => XaPhantom.Even(62, 6),
        };
        (int side, int x, int y) = what == "motion" ? (256, 110, 90) : (192, 76, 66);
        var phantom = new XaPhantom(seconds, side, side)
        {
            Noise = what == "noise" ? 0.03 : 0.005,
            Motion = what == "motion" ? frame => frame < 20 ? (0, 0) : (Math.Min(5.3, 0.25 * (frame - 20)), -Math.Min(3.2, 0.15 * (frame - 20))) : _ => (0, 0),
            Exposure = what == "exposure" ? frame => frame < 5 ? 1.33 - 0.066 * frame : 1 - 0.001 * (frame - 5) : _ => 1,
        };
        phantom.Vessels.Add((x, y, 40, 60, density));
        if (what == "saturation elsewhere")
        {
            phantom.Vessels.Add((4, 4, 12, 12, _ => -2));
        }

        (SubtractedRun? run, RunRefusal refusal) = SubtractedRun.Of(phantom.Description, phantom);
        Assert.Equal(RunRefusal.None, refusal);
        (PerfusionResult read, double[] curve) = run!.Read(PixelRegion.Rectangle(x + 8, y + 10, 24, 40, side, side));
        Assert.Equal(MeasurementState.Measured, read.State);

        var truth = new CurveTruth(density, seconds[^1]);
        double share = what is "motion" or "noise" ? 0.06 : 0.04, frame = 1 / 6.0;
        Assert.InRange(read.ArrivalS!.Value, truth.ArrivalS - 0.02, truth.ArrivalS + frame + 0.02);
        Assert.InRange(read.TimeToPeakFromFirstFrameS!.Value, truth.PeakS - 0.15, truth.PeakS + 0.15);
        Assert.Equal(read.TimeToPeakFromFirstFrameS.Value - read.ArrivalS.Value, read.TimeToPeakFromArrivalS!.Value, 9);
        Near(truth.Peak, read.Peak, share);
        Assert.InRange(read.WashInPerS!.Value, (0.9 - share) * truth.SteepestPerS, (1 + share) * truth.SteepestPerS);
        Assert.InRange(read.WidthS!.Value, truth.WidthS - 0.2, truth.WidthS + 0.2);
        (double area, double moment) = truth.From(read.ArrivalS.Value);
        Near(area, read.Area, share);
        Near(moment / area, read.MeanTransitMomentS, share);
        Near(area / truth.Peak, read.MeanTransitAreaS, 2 * share);

        // the fit is of the first pass alone, whatever follows it
        GammaVariate fit = GammaVariate.Fit(run.Seconds, curve, read)!.Value;
        (double first, _) = new CurveTruth(Pass, 40).From(0);
        Near(first, fit.Area, what == "recirculation" ? 0.06 : share + 0.02);
        Near(0.8 * 4, fit.MeanTransitS, 0.1);
        Assert.InRange(fit.Goodness, 0.98, 1);

        // the same at every pixel of the maps: the middle one of those in the vessel
        PerfusionMap map = PerfusionMap.Of(run);
        double Middle(PerfusionParameter parameter)
        {
            float[] values = map[parameter].ToArray();
            double[] said = [.. from row in Enumerable.Range(y + 10, 40) from column in Enumerable.Range(x + 8, 24) select (double)values[row * side + column] into value where !double.IsNaN(value) orderby value select value];
            Assert.InRange(said.Length, 0.9 * 24 * 40, 24 * 40);
            return said[said.Length / 2];
        }

        share += what == "noise" ? 0.08 : 0.02;
        Assert.InRange(Middle(PerfusionParameter.ArrivalS), truth.ArrivalS - 0.2, truth.ArrivalS + frame + 0.1);
        Assert.InRange(Middle(PerfusionParameter.TimeToPeakFromArrivalS), truth.PeakS - truth.ArrivalS - 0.35, truth.PeakS - truth.ArrivalS + 0.35);
        Near(truth.Peak, Middle(PerfusionParameter.Peak), share);
        Assert.InRange(Middle(PerfusionParameter.WashInPerS), (0.9 - share) * truth.SteepestPerS, (1.1 + 2 * share) * truth.SteepestPerS);
        Assert.InRange(Middle(PerfusionParameter.WidthS), truth.WidthS - 0.35, truth.WidthS + 0.35);
        Near(area, Middle(PerfusionParameter.Area), share);
        Near(moment / area, Middle(PerfusionParameter.MeanTransitMomentS), share + 0.04);
    }

    [Fact]
    public void A_picture_too_small_to_have_a_border_is_not_shifted_by_its_own_vessels()
    {
        // patches as large as half the picture hold the vessel: what flows there is no motion of the foot
        var phantom = new XaPhantom(XaPhantom.Even(62, 6), 128, 128) { Noise = 0.005 };
        phantom.Vessels.Add((50, 34, 40, 60, Pass));
        (SubtractedRun? run, _) = SubtractedRun.Of(phantom.Description, phantom);
        Assert.True(run!.Flags.HasFlag(RunFlags.MotionUnknown));
        PerfusionResult read = run.Read(PixelRegion.Rectangle(58, 44, 24, 40, 128, 128)).Figures;
        Assert.InRange(read.TimeToPeakFromFirstFrameS!.Value, 4.25, 4.55);
    }

    [Fact]
    public void A_pixel_at_the_end_of_the_range_is_nothing_on_every_map_and_its_neighbour_is_what_it_was()
    {
        var phantom = new XaPhantom(XaPhantom.Even(60, 5), 64, 64) { Noise = 0.01, Bone = 0 };
        phantom.Vessels.Add((8, 8, 30, 30, Pass));
        phantom.Vessels.Add((44, 44, 4, 4, _ => -2));
        (SubtractedRun? run, _) = SubtractedRun.Of(phantom.Description, phantom);
        PerfusionMap map = PerfusionMap.Of(run!);
        foreach (PerfusionParameter parameter in Enum.GetValues<PerfusionParameter>())
        {
            Assert.True(float.IsNaN(map[parameter][45 * 64 + 45]));
            PerfusionResult one = run!.Read(PixelRegion.Rectangle(20, 20, 1, 1, 64, 64)).Figures;
            double? figure = parameter switch
            {
                PerfusionParameter.ArrivalS => one.ArrivalS, PerfusionParameter.TimeToPeakFromArrivalS => one.TimeToPeakFromArrivalS, PerfusionParameter.Peak => one.Peak,
                PerfusionParameter.WashInPerS => one.WashInPerS, PerfusionParameter.WidthS => one.WidthS, PerfusionParameter.Area => one.Area, _ => one.MeanTransitMomentS,
            };
            Assert.Equal((float)figure!.Value, map[parameter][20 * 64 + 20]);
        }
    }

    private static void Near(double truth, double? read, double share) => Assert.InRange(read!.Value, truth * (1 - share), truth * (1 + share));

    /// <summary>Figures of a known curve, read from it in steps of a millisecond.</summary>
    private sealed class CurveTruth
    {
        private const double Step = 0.001;
        private readonly double[] density;

        public CurveTruth(Func<double, double> curve, double lastS)
        {
            density = [.. Enumerable.Range(0, (int)(lastS / Step) + 1).Select(k => curve(k * Step))];
            Peak = density.Max();
            int top = Array.IndexOf(density, Peak);
            PeakS = top * Step;
            ArrivalS = Array.FindIndex(density, d => d > 0.1 * Peak) * Step;
            SteepestPerS = Enumerable.Range(1, top).Max(k => (density[k] - density[k - 1]) / Step);
            int up = top, down = top;
            while (density[up] > Peak / 2)
            {
                up--;
            }

            while (density[down] > Peak / 2)
            {
                down++;
            }

            WidthS = (down - up) * Step;
        }

        public double ArrivalS { get; }

        public double PeakS { get; }

        public double Peak { get; }

        public double SteepestPerS { get; }

        public double WidthS { get; }

        public (double Area, double Moment) From(double fromS)
        {
            double area = 0, moment = 0;
            for (int k = (int)(fromS / Step); k < density.Length; k++)
            {
                area += density[k] * Step;
                moment += density[k] * (k * Step - fromS) * Step;
            }

            return (area, moment);
        }
    }
}
