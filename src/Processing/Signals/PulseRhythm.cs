using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vascular.Processing.Signals;

/// <summary>Looks for a pulse in ten seconds of band-passed trace of which some stretches may be unusable.</summary>
internal readonly ref struct PulseRhythm
{
    private const double LongestBeatS = 1.5;
    private const double ShortestBeatS = 1.0 / 3;

    /// <summary>30 per minute, five beats in ten seconds, and what such a heart sways by.</summary>
    private const double SlowestBeatS = 2.1;

    /// <summary>193 per minute: of beats closer together the detector's refractory time hides some.</summary>
    private const double FastestBeatS = 0.31;
    private const double LookedFromS = 0.2;

    /// <summary>What repeats sooner about as well as anything does later is the faster of the two.</summary>
    private const double AboutAsWell = 0.9;

    /// <summary>Between 30 and 40 per minute a breath is as slow as a heart. Over the change that a sine of the period makes within a tenth of a second, waves as
    /// breath makes them (sines, triangles, quick in and slow out) change by 1.0 to 1.3, pulses with an upstroke of 0.12 to 0.45 s by 1.4 to 2.8. What changes more
    /// is movement that comes back.</summary>
    private const double SharpFrom = 1.4;
    private const double SharpTo = 3.2;

    /// <summary>So slow a rhythm must be a clear one: a breath that sways the beat by 6 % to either side leaves 0.7 and more.</summary>
    private const double SlowRhythmFrom = 0.6;

    /// <summary>In a tenth of a second noise of the pulse's band changes by this times its root mean square.</summary>
    private const double NoiseChange = 1.5;
    private const double RhythmFrom = 0.4;
    private const double OverNoise = 3;
    private const double LikeFrom = 0.8;
    private const int LikeOf = 4;
    private const int LikeAtLeast = 3;
    private const double KnownTolerance = 0.1;
    private const double FewestPairsS = 3;
    private const double DipBeforeBeat = 0.3;
    private const double UpstrokeS = 0.15;
    private const double BeforePeakS = 0.35;
    private const double AfterPeakS = 0.25;
    private const double SameHeight = 2;
    private const double ChangeS = 0.1;

    /// <summary>Height over root mean square of a sine, the least peaked wave.</summary>
    private const double HeightOverSpread = 2.82842712474619;

    private readonly ReadOnlySpan<double> band;
    private readonly ReadOnlySpan<bool> valid;
    private readonly double rateHz;
    private readonly bool wholly;

    /// <param name="band">The trace, 0.5 to 8 Hz.</param>
    /// <param name="valid">Which of its samples can be used.</param>
    /// <param name="rateHz">Samples a second of the trace.</param>
    public PulseRhythm(ReadOnlySpan<double> band, ReadOnlySpan<bool> valid, double rateHz)
    {
        this.band = band;
        this.valid = valid;
        this.rateHz = rateHz;
        double square = 0;
        int count = 0;
        for (int k = 0; k < band.Length; k++)
        {
            square += valid[k] ? band[k] * band[k] : 0;
            count += valid[k] ? 1 : 0;
        }

        wholly = count == band.Length;
        Spread = count == 0 ? 0 : Math.Sqrt(square / count);
    }

    /// <summary>Root mean square of the usable samples.</summary>
    public double Spread { get; }

    /// <summary>Root mean square of the change within a tenth of a second: what a slow wander has little of, and every pulse has.</summary>
    public double Restlessness
    {
        get
        {
            int apart = Apart, count = 0;
            double square = 0;
            for (int k = apart; k < band.Length; k++)
            {
                if (valid[k] && valid[k - apart])
                {
                    square += (band[k] - band[k - apart]) * (band[k] - band[k - apart]);
                    count++;
                }
            }

            return count == 0 ? 0 : Math.Sqrt(square / count);
        }
    }

    /// <summary>Best autocorrelation at a pulse's period: at the known rate where there is one, else from 40 to 180 per minute; where there is no rhythm, from 30 to 40,
    /// if the trace rises as no breath does. 0 to 1.</summary>
    /// <param name="noise">Root mean square of the front end's noise within the band.</param>
    public double Best(double? knownPulsePerMinute, double noise)
    {
        if (knownPulsePerMinute is { } known)
        {
            return BestNear(60 / known * (1 - KnownTolerance), 60 / known * (1 + KnownTolerance)).Best;
        }

        double usual = BestNear(ShortestBeatS, LongestBeatS).Best;
        if (usual >= RhythmFrom)
        {
            return usual;
        }

        (double slow, int lag) = BestNear(LongestBeatS, SlowestBeatS);
        return slow >= SlowRhythmFrom && IsSharp(lag, noise) ? slow : usual;
    }

    /// <summary>Something repeats faster than the detector follows: a heart whose beats are not all found, or a trembling and nothing else.</summary>
    /// <param name="best">Autocorrelation at the pulse's period.</param>
    public bool IsTooFast(double best)
    {
        int from = (int)(LookedFromS * rateHz), last = (int)(FastestBeatS * rateHz) + 1;
        Span<double> correlations = stackalloc double[last + 2 - from];
        Correlate(from, correlations);
        for (int k = 1; k + 1 < correlations.Length; k++)
        {
            (double before, double here, double after) = (correlations[k - 1], correlations[k], correlations[k + 1]);
            if (here < before || here <= after)
            {
                continue;
            }

            // the top of a parabola: a sample every 30 ms may lie beside it
            double offset = 0.5 * (before - after) / (before - 2 * here + after), top = here - 0.25 * (before - after) * offset;
            if (top >= AboutAsWell * best && from + k + offset < FastestBeatS * rateHz)
            {
                return true;
            }
        }

        return false;
    }

    /// <param name="noise">Root mean square of the front end's noise within the band.</param>
    /// <param name="best">Autocorrelation at the pulse's period.</param>
    public bool IsPulse(double noise, double best) =>
        best >= RhythmFrom && HeightOverSpread * Spread * Math.Sqrt(best) > OverNoise * noise
        || HeightOverSpread * Spread > OverNoise * noise && AreAlike();

    /// <summary>Highest local maximum of the autocorrelation for periods within the bounds, with a dip before it: a slow wander correlates at every
    /// short lag, but does not come back.</summary>
    /// <returns>And the samples after which it comes back; 0 and 0 where nothing does.</returns>
    private (double Best, int Lag) BestNear(double fromS, double toS)
    {
        int first = Math.Max(2, (int)(fromS * rateHz)), last = (int)(toS * rateHz) + 1;
        int from = (int)(UpstrokeS * rateHz);
        Span<double> correlations = stackalloc double[last + 2 - from];
        Correlate(from, correlations);
        double lowest = 1;
        (double best, int at) = (0, 0);
        double before = 1, here = correlations[0];
        for (int lag = from; lag <= last; lag++)
        {
            double after = correlations[lag + 1 - from];
            lowest = Math.Min(lowest, here);
            if (lag >= first && here >= before && here >= after && here > best && here - lowest >= DipBeforeBeat)
            {
                (best, at) = (here, lag);
            }

            (before, here) = (here, after);
        }

        return (best, at);
    }

    /// <summary>The trace changes within a tenth of a second more than a slow wave of that period does, and no more than a pulse.</summary>
    private bool IsSharp(int lag, double noise)
    {
        double change = Restlessness, ofNoise = NoiseChange * noise;
        double ofSine = 2 * Elementary.Sin(Elementary.Pi * Apart / lag) * Spread, squared = change * change - ofNoise * ofNoise;
        return squared >= SharpFrom * SharpFrom * ofSine * ofSine && squared <= SharpTo * SharpTo * ofSine * ofSine;
    }

    /// <summary>Samples in a tenth of a second.</summary>
    private int Apart => Math.Max(1, (int)(ChangeS * rateHz + 0.5));

    /// <summary>Autocorrelation at successive lags.</summary>
    private void Correlate(int from, Span<double> into)
    {
        Span<double> squares = stackalloc double[wholly ? band.Length + 1 : 0];
        for (int k = 0; k + 1 < squares.Length; k++)
        {
            squares[k + 1] = squares[k] + band[k] * band[k];
        }

        int done = 0;
        for (; wholly && done + Vector256<double>.Count <= into.Length && from + done + Vector256<double>.Count < band.Length; done += Vector256<double>.Count)
        {
            CorrelateFour(from + done, squares, into.Slice(done, Vector256<double>.Count));
        }

        for (; done < into.Length; done++)
        {
            into[done] = Correlation(from + done);
        }
    }

    /// <summary>Four lags side by side where every sample can be used. Each sum is taken in the order of <see cref="Correlation"/>: the same bits.</summary>
    private void CorrelateFour(int lag, ReadOnlySpan<double> squares, Span<double> into)
    {
        const int Lanes = 4;
        int common = band.Length - lag - Lanes + 1;
        Vector256<double> bothFour = default, otherFour = default;
        ref double later = ref MemoryMarshal.GetReference(band.Slice(lag, common + Lanes - 1));
        for (int k = 0; k < common; k++)
        {
            Vector256<double> shifted = Vector256.LoadUnsafe(ref later, (nuint)k);
            bothFour += Vector256.Create(band[k]) * shifted;
            otherFour += shifted * shifted;
        }

        for (int lane = 0; lane < Lanes; lane++)
        {
            double both = bothFour.GetElement(lane), other = otherFour.GetElement(lane);
            int pairs = band.Length - lag - lane;
            for (int k = common; k < pairs; k++)
            {
                double shifted = band[k + lag + lane];
                both += band[k] * shifted;
                other += shifted * shifted;
            }

            double scale = Math.Sqrt(squares[pairs] * other);
            into[lane] = pairs >= FewestPairsS * rateHz && scale > 0 ? both / scale : 0;
        }
    }

    private double Correlation(int lag)
    {
        double both = 0, one = 0, other = 0;
        int pairs = 0;
        for (int k = 0; k + lag < band.Length; k++)
        {
            if (valid[k] && valid[k + lag])
            {
                both += band[k] * band[k + lag];
                one += band[k] * band[k];
                other += band[k + lag] * band[k + lag];
                pairs++;
            }
        }

        double scale = Math.Sqrt(one * other);
        return pairs >= FewestPairsS * rateHz && scale > 0 ? both / scale : 0;
    }

    /// <summary>Three of four successive pulses like the one before: the answer for an irregular rhythm.</summary>
    private bool AreAlike()
    {
        int before = (int)(BeforePeakS * rateHz), after = (int)(AfterPeakS * rateHz), apart = (int)(ShortestBeatS * rateHz);
        Span<bool> recent = stackalloc bool[LikeOf];
        int judged = 0, previous = -1;
        for (int k = before; k + after < band.Length; k++)
        {
            if (!IsPeak(k, apart) || !RisesAndFalls(band[(k - before)..(k + after + 1)], band[k]))
            {
                continue;
            }

            if (previous >= 0)
            {
                bool usable = !valid[(previous - before)..(k + after)].Contains(false);
                bool near = k - previous <= LongestBeatS * rateHz;
                bool sameHeight = band[k] < SameHeight * band[previous] && band[previous] < SameHeight * band[k];
                recent[judged % LikeOf] = usable && near && sameHeight && PulseTemplate.Correlation(
                    band.Slice(previous - before, before + after + 1), band.Slice(k - before, before + after + 1)) >= LikeFrom;
                judged++;
                if (judged >= LikeOf && Count(recent) >= LikeAtLeast)
                {
                    return true;
                }
            }

            previous = k;
        }

        return false;
    }

    /// <summary>Comes from and goes back to a place lower by the spread of the trace: not a ripple on a slope.</summary>
    private bool RisesAndFalls(ReadOnlySpan<double> pulse, double top)
    {
        double foot = top;
        foreach (double value in pulse[..(int)(BeforePeakS * rateHz)])
        {
            foot = Math.Min(foot, value);
        }

        return top - foot > Spread && top - pulse[^1] > 0.5 * Spread;
    }

    private bool IsPeak(int at, int apart)
    {
        for (int k = Math.Max(0, at - apart); k <= Math.Min(band.Length - 1, at + apart); k++)
        {
            if (band[k] > band[at] || band[k] == band[at] && k < at)
            {
                return false;
            }
        }

        return true;
    }

    private static int Count(ReadOnlySpan<bool> marks)
    {
        int count = 0;
        foreach (bool mark in marks)
        {
            count += mark ? 1 : 0;
        }

        return count;
    }
}
