using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Angiography;

/// <summary>Perfusion figures of a time-density curve: contrast positive, baseline 0.</summary>
/// <remarks>Definitions [D], one for a region's curve and for each pixel of a map. The sources use two zero points for time to peak and two definitions of
/// mean transit time; both are given. No accepted limit exists for any of them in chronic limb-threatening ischaemia: they compare a limb with itself.</remarks>
public sealed class TimeDensityCurve
{
    /// <summary>Share of the peak that counts as arrived.</summary>
    public const double ArrivalShare = 0.1;

    /// <summary>Frames in a row that must be over it.</summary>
    public const int ArrivalFrames = 3;

    /// <summary>A run must last this many times the time to peak, both from arrival.</summary>
    public const double LeastLength = 1.5;

    /// <summary>A peak under this many standard deviations of the smoothed curve and its baseline is no contrast.</summary>
    private const double LeastPeakSigma = 6;

    /// <summary>Less contrast than this is not looked at (natural density; a tenth of a per cent of the beam). [D]</summary>
    private const double LeastPeak = 0.001;

    private const double NoiseSigma = 2;

    /// <summary>A curve that goes below its mask by more than this share of the peak is doubted; from <see cref="ArrivalShare"/> on it is refused. [D]</summary>
    private const double WorthBelow = 0.02;

    /// <summary>More frames in a row left out are a gap, where they also last longer than the smoothing reaches: one is bridged by its neighbours.</summary>
    private const int MostLostInRow = 1;

    private readonly double[] seconds;
    private readonly SmoothCurve smoother;
    private readonly double[] smooth;
    private readonly double[] column;
    private readonly double baselineShare;
    private readonly bool[] gapAfter;

    /// <param name="seconds">Times of the frames that are kept, from the first frame, rising.</param>
    /// <param name="maskFrames">Frames whose mean is the baseline: its noise shifts the whole curve.</param>
    /// <param name="frames">Numbers of the kept frames, so that a gap is known as one; null where none was left out.</param>
    public TimeDensityCurve(ReadOnlySpan<double> seconds, int maskFrames = 5, IReadOnlyList<int>? frames = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maskFrames, 1);
        baselineShare = 1.0 / maskFrames;
        this.seconds = seconds.ToArray();
        smoother = new SmoothCurve(seconds);
        smooth = new double[seconds.Length];
        column = new double[seconds.Length];
        gapAfter = new bool[seconds.Length];
        for (int k = 0; frames is not null && k + 1 < seconds.Length; k++)
        {
            gapAfter[k] = frames[k + 1] - frames[k] > MostLostInRow + 1 && seconds[k + 1] - seconds[k] > SmoothCurve.ReachS;
        }
    }

    /// <summary>The smoothed curve of the last <see cref="Read"/>.</summary>
    public ReadOnlySpan<double> Smoothed => smooth;

    /// <summary>The figures of a curve. Allocates nothing.</summary>
    /// <param name="density">One value for each time.</param>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    public PerfusionResult Read(ReadOnlySpan<double> density)
    {
        if (density.Length != seconds.Length)
        {
            throw new ArgumentException("One density is needed for each frame time.", nameof(density));
        }

        smoother.Smooth(density, smooth);
        double squares = 0;
        (int top, int bottom) = (0, 0);
        for (int k = 0; k < smooth.Length; k++)
        {
            double off = density[k] - smooth[k];
            squares += off * off;
            top = smooth[k] > smooth[top] ? k : top;
            bottom = smooth[k] < smooth[bottom] ? k : bottom;
        }

        double noise = Noise(squares);
        return Refusal(smooth[top], smooth[bottom], noise) ?? Figures(density, top, smooth[bottom], noise);
    }

    /// <summary>Curves of many pixels side by side, for <see cref="ReadPixel"/>.</summary>
    /// <param name="pixels">A multiple of four.</param>
    internal CurveBlock Block(int pixels) => new(smoother, pixels);

    /// <summary>The figures of one pixel of a block that is smoothed: those of its curve alone.</summary>
    internal PerfusionResult ReadPixel(CurveBlock block, int pixel)
    {
        double noise = Noise(block.Squares(pixel));
        if (Refusal(block.Highest(pixel), block.Lowest(pixel), noise) is { } refused)
        {
            return refused;
        }

        block.Copy(pixel, column, smooth);
        return Figures(column, block.Top(pixel), block.Lowest(pixel), noise);
    }

    /// <summary>Contrast that stands out of the noise of the smoothed curve and its baseline, natural density.</summary>
    private double Least(double noise) => Math.Max(LeastPeak, LeastPeakSigma * (noise * Math.Sqrt(smoother.Leverage + baselineShare)));

    /// <summary>What is said of a smoothed curve with these extremes instead of figures; null where there is contrast and nothing against it.</summary>
    private PerfusionResult? Refusal(double highest, double lowest, double noise)
    {
        double least = Least(noise);
        return -lowest > Math.Max(least, ArrivalShare * highest) ? PerfusionResult.Without(MeasurementState.Unreadable, RunRefusal.BelowMask, noise)
            : highest > least ? null
            : HasGap(0, seconds.Length - 1) ? PerfusionResult.Without(MeasurementState.Unreadable, RunRefusal.FramesMissing, noise)     // contrast may have come and gone in it
            : PerfusionResult.Without(MeasurementState.Absent, RunRefusal.None, noise);
    }

    /// <summary>The figures of a curve that stands smoothed and has contrast.</summary>
    private PerfusionResult Figures(ReadOnlySpan<double> density, int top, double lowest, double noise)
    {
        (double peakAt, double peak) = Vertex(top);
        double limit = Math.Max(ArrivalShare * peak, NoiseSigma * noise);
        int arrival = Arrival(density, limit, top);
        if (arrival < 0)
        {
            return PerfusionResult.Without(MeasurementState.Unreadable, RunRefusal.TooCoarse, noise);
        }

        PerfusionFlags flags = limit > ArrivalShare * peak ? PerfusionFlags.ArrivalInNoise : PerfusionFlags.None;
        double arrivalAt = seconds[arrival];
        if (top == seconds.Length - 1 || seconds[^1] - arrivalAt < LeastLength * (peakAt - arrivalAt))
        {
            return PerfusionResult.Without(MeasurementState.Unreadable, RunRefusal.TooShort, noise);
        }

        int fallen = Fallen(peak / 2, top);
        if (HasGap(Math.Max(0, arrival - 1), fallen))
        {
            return PerfusionResult.Without(MeasurementState.Unreadable, RunRefusal.FramesMissing, noise);
        }

        double washIn = double.NegativeInfinity;
        for (int k = arrival; k <= top; k++)
        {
            washIn = Math.Max(washIn, smoother.Slope(density, k));
        }

        (double width, bool cut) = Width(peak / 2, top);
        (double area, double moment) = Area(density, arrival);
        flags |= cut ? PerfusionFlags.TailCutOff : 0;
        bool isTorn = HasGap(fallen, seconds.Length - 1);
        flags |= isTorn ? PerfusionFlags.GapInTail : 0;
        flags |= -lowest > Math.Max(Least(noise), WorthBelow * peak) ? PerfusionFlags.BelowMask : 0;
        flags |= arrival == 0 ? PerfusionFlags.ContrastAtStart : 0;
        // where what lies under the baseline all but cancels the area, its centre may fall out of the run
        double? transit = area > 0 && !isTorn && moment / area is >= 0 and var mean && mean <= seconds[^1] - arrivalAt ? mean : null;
        return new PerfusionResult(
            arrival == 0 ? MeasurementState.Unreliable : MeasurementState.Measured,
            arrivalAt, peakAt - arrivalAt, peakAt, peak, washIn, width,
            isTorn ? null : area, transit, isTorn ? null : area / peak, noise, flags, RunRefusal.None);
    }

    /// <summary>Standard deviation of the frames about the smoothed curve, put right for what the smoothing takes up itself.</summary>
    private double Noise(double squares) => Math.Sqrt(squares / (seconds.Length * Math.Max(0.1, 1 - smoother.Leverage)));

    /// <summary>Time and height of the top: the parabola through the highest smoothed frame and its neighbours.</summary>
    private (double AtS, double Height) Vertex(int top)
    {
        if (top == 0 || top == seconds.Length - 1)
        {
            return (seconds[top], smooth[top]);
        }

        double before = seconds[top - 1] - seconds[top], after = seconds[top + 1] - seconds[top];
        double fall = (smooth[top - 1] - smooth[top]) / before, rise = (smooth[top + 1] - smooth[top]) / after;
        double bend = (rise - fall) / (after - before);
        if (!(bend < 0))
        {
            return (seconds[top], smooth[top]);
        }

        double slope = fall - bend * before;
        double at = Math.Clamp(-slope / (2 * bend), before / 2, after / 2);
        return (seconds[top] + at, smooth[top] + at * (slope + bend * at));
    }

    private static int Arrival(ReadOnlySpan<double> density, double limit, int top)
    {
        int run = 0;
        for (int k = 0; k < density.Length; k++)
        {
            run = density[k] > limit ? run + 1 : 0;
            if (run == ArrivalFrames)
            {
                int first = k - ArrivalFrames + 1;
                return first <= top ? first : -1;
            }
        }

        return -1;
    }

    /// <summary>The first frame after the top whose smoothed density is not over <paramref name="half"/>; the last frame where none is.</summary>
    private int Fallen(double half, int top)
    {
        int down = top;
        while (down < smooth.Length - 1 && smooth[down] > half)
        {
            down++;
        }

        return down;
    }

    private bool HasGap(int from, int to) => gapAfter.AsSpan(from, to - from).Contains(true);

    /// <summary>Time around the top during which the smoothed curve stands over <paramref name="half"/>; whether the run ends before it falls there.</summary>
    private (double Seconds, bool Cut) Width(double half, int top)
    {
        int up = top, down = top;
        while (up > 0 && smooth[up - 1] > half)
        {
            up--;
        }

        while (down < smooth.Length - 1 && smooth[down + 1] > half)
        {
            down++;
        }

        double from = up == 0 ? seconds[0] : Crossing(up - 1, half);
        bool cut = down == smooth.Length - 1;
        return ((cut ? seconds[^1] : Crossing(down, half)) - from, cut);
    }

    private double Crossing(int before, double level)
    {
        double share = (level - smooth[before]) / (smooth[before + 1] - smooth[before]);
        return seconds[before] + share * (seconds[before + 1] - seconds[before]);
    }

    /// <summary>Area and first moment about arrival, trapezoids of each.</summary>
    private (double Area, double Moment) Area(ReadOnlySpan<double> density, int arrival)
    {
        double area = 0, moment = 0, start = seconds[arrival];
        for (int k = arrival; k < density.Length - 1; k++)
        {
            double half = (seconds[k + 1] - seconds[k]) / 2;
            area += half * (density[k] + density[k + 1]);
            moment += half * (density[k] * (seconds[k] - start) + density[k + 1] * (seconds[k + 1] - start));
        }

        return (area, moment);
    }
}
