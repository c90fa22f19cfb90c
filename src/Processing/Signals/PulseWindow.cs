namespace Vascular.Processing.Signals;

/// <summary>One word about the last ten seconds of a plethysmogram: pulsatile, nonpulsatile or unreadable.</summary>
/// <remarks>
/// The questions in their order. Lead-off, a rail or a trace that does not change at all: unreadable. A step or burst over five times the running spread:
/// unreadable for that stretch.
/// Of what is left, at least six seconds: an autocorrelation of 0.4 at the known pulse rate, or at its best from 40 to 180 per minute (from 30 where the
/// trace rises as quickly as a pulse does and a breath does not), with the rhythmic part three times above the front end's noise, is a pulse; failing that,
/// three of four successive pulses that correlate at 0.8 with the one before. What repeats faster than 180 per minute is more than the detector follows:
/// unreadable. Failing that, with a quiet and steady front end, an autocorrelation below 0.3 and no change
/// within a tenth of a second that its noise does not explain, there is no pulse, and <see cref="SmallestVisiblePulse"/> says how small it would have to be.
/// The tails of real pulses and of noise overlap: a decision wants more than one window. Memory is ten seconds at no more than 64 samples a second;
/// <see cref="Add"/> allocates nothing, the word is worked out when asked for.
/// </remarks>
public sealed class PulseWindow
{
    private const double HeldSeconds = 10;
    private const double ShortestSeconds = 6;
    private const double BlockSeconds = 0.5;
    private const int SettlingBlocks = 2;
    private const double CoarseHz = 32;
    private const double LowHz = 0.5;
    private const double HighHz = 8;
    private const double NoiseFromHz = 12;
    private const double FullScaleShare = 0.1;
    private const double LevelShare = 0.2;
    private const double DoubtFrom = 0.3;
    private const double QuietSteps = 25;
    private const double SeenOverNoise = 4.5;
    private const double SeenOverTrace = 4;
    private const double SeenOverStep = 3;

    /// <summary>Noise alone looks like a jump in three blocks of twenty; a front end that wraps around at each pulse does in almost all.</summary>
    private const double JumpedShare = 0.5;

    /// <summary>A sensor that lives shows some noise. What does not change at all for half of the window may be a wire that died.</summary>
    private const double FrozenShare = 0.5;

    /// <summary>In a tenth of a second noise of the pulse's band changes by 1.5 of its root mean square. Three times that is something else: an irregular
    /// pulse changes by about 20 times on simulated series, a flat toe at most by twice.</summary>
    private const double RestlessFrom = 4.5;

    private readonly double lowest;
    private readonly double highest;
    private readonly double noiseInBand;
    private readonly Biquad highPass;
    private readonly Biquad lowPass;
    private readonly Biquad noisePass;
    private readonly int coarse;
    private readonly double coarseRateHz;
    private readonly int perBlock;
    private readonly double[] band;
    private readonly bool[] usable;
    private readonly Block[] blocks;
    private double openLevel, openNoise, openLow, openHigh;
    private bool openOffRail, openJumped, openChanged;
    private readonly StepFilter steps;
    private int openSamples;
    private double coarseSum;
    private int coarseCount;
    private int bandInBlock;
    private int blockCount;
    private int nextBlock;
    private int settling;
    private double previous;
    private bool begun;
    private double smallestStep = double.PositiveInfinity;
    private Verdict? judged;
    private double? knownPulsePerMinute;

    /// <param name="rateHz">True sampling rate, 32 to 1000 Hz.</param>
    /// <param name="lowestCount">Lower rail of the converter in the unit of the samples, where it is known.</param>
    /// <param name="highestCount">Upper rail.</param>
    public PulseWindow(double rateHz, double? lowestCount = null, double? highestCount = null)
    {
        if (!(rateHz is >= 32 and <= 1000))
        {
            throw new ArgumentOutOfRangeException(nameof(rateHz), rateHz, "A pulse is looked for from 32 to 1000 samples a second.");
        }

        (lowest, highest) = (lowestCount ?? double.NegativeInfinity, highestCount ?? double.PositiveInfinity);
        noiseInBand = (HighHz - LowHz) / (rateHz / 2 - NoiseFromHz);
        (highPass, lowPass, noisePass) = (Biquad.HighPass(LowHz, rateHz), Biquad.LowPass(HighHz, rateHz), Biquad.HighPass(NoiseFromHz, rateHz));
        steps = new StepFilter(rateHz);
        coarse = (int)(rateHz / CoarseHz);
        perBlock = (int)(BlockSeconds * rateHz / coarse + 0.5);

        // one more than is held: the open block must not write over the oldest
        blocks = new Block[(int)(HeldSeconds / BlockSeconds) + 1];
        band = new double[blocks.Length * perBlock];
        usable = new bool[band.Length];
        coarseRateHz = rateHz / coarse;
        Restart();
    }

    /// <summary>Pulses per minute known from another channel (finger, ECG, the other toe), 30 to 240; null where none is.</summary>
    public double? KnownPulsePerMinute
    {
        get => knownPulsePerMinute;
        set
        {
            if (value is { } given && !(given is >= 30 and <= 240))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "A pulse rate lies between 30 and 240 per minute.");
            }

            (knownPulsePerMinute, judged) = (value, null);
        }
    }

    /// <summary>The word about the last ten seconds; unreadable before six seconds of trace.</summary>
    public PulseWord Word => Judged.Word;

    /// <summary>Height, foot to peak and in the unit of the samples, from which a pulse would have been seen in nineteen of twenty such windows.
    /// Null where nothing can be said: unreadable.</summary>
    public double? SmallestVisiblePulse => Judged.SmallestVisible;

    /// <summary>Best autocorrelation of the window at a pulse's period, 0 to 1; 0 where there was nothing to correlate.</summary>
    public double Correlation => Judged.Correlation;

    private Verdict Judged => judged ??= Judge();

    /// <summary>Takes one sample.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The sample is not a finite number: a lost sample is a gap, see <see cref="Restart"/>.</exception>
    public void Add(double sample)
    {
        if (!double.IsFinite(sample))
        {
            throw new ArgumentOutOfRangeException(nameof(sample), sample, "A sample is a finite number; report a lost one as a gap.");
        }

        judged = null;
        double step = Math.Abs(sample - (begun ? previous : sample));
        if (step > 0 && step < smallestStep)
        {
            smallestStep = step;
        }

        openChanged |= step > 0;
        (previous, begun) = (sample, true);
        double noise = noisePass.Next(sample);
        coarseSum += lowPass.Next(highPass.Next(sample));
        openSamples++;
        openLevel += (sample - openLevel) / openSamples;
        openNoise += (noise * noise - openNoise) / openSamples;
        openOffRail |= sample > lowest && sample < highest;
        openJumped |= steps.TryNext(sample, out _, out _, out StepFilter.Jump jump) && jump != StepFilter.Jump.None;
        if (++coarseCount == coarse)
        {
            AddCoarse(coarseSum / coarse);
            (coarseSum, coarseCount) = (0, 0);
        }
    }

    /// <summary>The sensor lost the skin: what was before says nothing about what comes after.</summary>
    public void LeadOff() => Restart();

    /// <summary>Begins anew after a gap or a gain step.</summary>
    public void Restart()
    {
        highPass.Restart();
        lowPass.Restart();
        noisePass.Restart();
        steps.Restart();
        (coarseSum, coarseCount, bandInBlock, blockCount, nextBlock) = (0, 0, 0, 0, 0);
        (begun, judged, settling) = (false, null, SettlingBlocks);
        Open();
    }

    private void Open() =>
        (openLevel, openNoise, openLow, openHigh, openOffRail, openJumped, openChanged, openSamples) = (0, 0, double.PositiveInfinity, double.NegativeInfinity, false, false, false, 0);

    private void AddCoarse(double value)
    {
        band[nextBlock * perBlock + bandInBlock] = value;
        bandInBlock++;
        (openLow, openHigh) = (Math.Min(openLow, value), Math.Max(openHigh, value));
        if (bandInBlock < perBlock)
        {
            return;
        }

        if (settling > 0)
        {
            // the filters still swing from the start: the block is not kept
            settling--;
        }
        else
        {
            blocks[nextBlock] = new Block(openLevel, openNoise, openLow, openHigh, openOffRail, openJumped, openChanged);
            nextBlock = (nextBlock + 1) % blocks.Length;
            blockCount = Math.Min(blockCount + 1, blocks.Length - 1);
        }

        bandInBlock = 0;
        Open();
    }

    private Verdict Judge()
    {
        Span<Block> held = stackalloc Block[blockCount];
        for (int k = 0; k < blockCount; k++)
        {
            held[k] = blocks[(nextBlock + blocks.Length - blockCount + k) % blocks.Length];
        }

        Span<bool> still = stackalloc bool[blockCount];
        int readable = Movement.MarkStill(held, still);
        if (readable * BlockSeconds < ShortestSeconds || Movement.Jumped(held) >= JumpedShare * blockCount || Movement.Frozen(held) >= FrozenShare * blockCount)
        {
            return new Verdict(PulseWord.Unreadable, 0, null);
        }

        Span<double> samples = stackalloc double[band.Length];
        Span<bool> valid = usable;
        for (int k = 0; k < blockCount; k++)
        {
            int slot = (nextBlock + blocks.Length - blockCount + k) % blocks.Length;
            band.AsSpan(slot * perBlock, perBlock).CopyTo(samples[(k * perBlock)..]);
            valid.Slice(k * perBlock, perBlock).Fill(still[k]);
        }

        int length = blockCount * perBlock;
        double noise = Math.Sqrt(noiseInBand * Movement.MedianOf(held, still, b => b.Noise));
        var rhythm = new PulseRhythm(samples[..length], valid[..length], coarseRateHz);
        double best = rhythm.Best(KnownPulsePerMinute, noise);
        double step = double.IsFinite(smallestStep) ? smallestStep : 0;
        double smallest = Math.Max(Math.Max(SeenOverNoise * noise, SeenOverTrace * rhythm.Spread), SeenOverStep * step);
        if (rhythm.IsPulse(noise, best))
        {
            return rhythm.IsTooFast(best) ? new Verdict(PulseWord.Unreadable, best, null) : new Verdict(PulseWord.Pulsatile, best, smallest);
        }

        bool quiet = best < DoubtFrom && rhythm.Restlessness <= RestlessFrom * Math.Max(noise, step) && Movement.IsSteady(held, still) && IsQuiet(smallest, step, Movement.MedianOf(held, still, b => b.Level));
        return quiet ? new Verdict(PulseWord.Nonpulsatile, best, smallest) : new Verdict(PulseWord.Unreadable, best, null);
    }

    /// <summary>Quiet enough for an absent pulse to be a finding: against the converter's range where it is known; else against the light that
    /// reaches the sensor, or a few steps of the converter. A trace of noise around nothing is not a flat toe.</summary>
    private bool IsQuiet(double smallest, double step, double level) =>
        double.IsFinite(highest - lowest) ? smallest <= FullScaleShare * (highest - lowest)
        : smallest <= LevelShare * Math.Abs(level) && level != 0 || step > 0 && smallest <= QuietSteps * step;

    /// <param name="SmallestVisible">Null where nothing can be said.</param>
    private readonly record struct Verdict(PulseWord Word, double Correlation, double? SmallestVisible);

    /// <summary>Half a second of the trace.</summary>
    /// <param name="Level">Mean of the samples.</param>
    /// <param name="Noise">Mean square above the pulse's band.</param>
    /// <param name="Low">Lowest value within the band.</param>
    /// <param name="High">Highest value within the band.</param>
    /// <param name="OffRail">At least one sample lies off the rails.</param>
    /// <param name="Jumped">The trace jumped between two samples: a converter that wraps around, a step of the gain.</param>
    /// <param name="Changed">At least one sample differs from the one before.</param>
    internal readonly record struct Block(double Level, double Noise, double Low, double High, bool OffRail, bool Jumped, bool Changed);
}
