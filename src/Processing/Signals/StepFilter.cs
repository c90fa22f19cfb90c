using System.Runtime.CompilerServices;

namespace Vascular.Processing.Signals;

/// <summary>Takes single-sample jumps out of a plethysmogram: a converter that wraps around at its rail, a front end that shifts its level.</summary>
/// <remarks>
/// A jump is one difference over half the trace's usual height whose neighbours are under a quarter of it. No pulse looks like that from 60 samples a
/// second on; below, nothing is taken out. The rest of the trace is carried on at the level before the jump, to the last bit where there was none.
/// A jump over ten usual heights is no longer the same trace: a step of the gain, after which one begins anew. One sample of delay.
/// </remarks>
internal sealed class StepFilter
{
    private const double SlowestHz = 60;
    private const double StepShare = 0.5;
    private const double NeighbourShare = 0.25;
    private const double GainStep = 10;
    private const double BlockSeconds = 1.5;
    private const int Blocks = 5;

    private readonly RunningMedian usual = new(Blocks);
    private readonly int blockLength;
    private readonly bool works;
    private double low, high;
    private double leastStep;
    private int inBlock;
    private double offset;
    private double waiting, waitingStep, stepBefore;
    private int taken;

    public StepFilter(double rateHz)
    {
        blockLength = (int)(BlockSeconds * rateHz);
        works = rateHz >= SlowestHz;
        Restart();
    }

    /// <summary>What a jump was.</summary>
    internal enum Jump
    {
        None,
        Removed,
        Gain,
    }

    /// <summary>Takes a sample and gives the one before it; false for the first.</summary>
    /// <param name="raw">The sample before, as it came.</param>
    /// <param name="steady">The same without jumps.</param>
    /// <param name="jump">What lay between it and the one before it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryNext(double sample, out double raw, out double steady, out Jump jump)
    {
        raw = waiting;
        jump = Jump.None;
        if (taken < 2)
        {
            return Begin(sample, out steady);
        }

        double step = sample - raw;
        if (Math.Abs(waitingStep) > leastStep)
        {
            jump = Judge(step);
            offset = jump == Jump.Removed ? offset - waitingStep : offset;
        }

        stepBefore = waitingStep;
        waitingStep = step;
        waiting = sample;
        steady = raw + offset;
        Follow(steady);
        return true;
    }

    /// <summary>Begins anew: what was before says nothing.</summary>
    public void Restart()
    {
        usual.Clear();
        leastStep = double.PositiveInfinity;
        (low, high, inBlock, offset, waiting, waitingStep, stepBefore, taken) = (double.PositiveInfinity, double.NegativeInfinity, 0, 0, 0, 0, 0, 0);
    }

    /// <summary>The first two samples: a difference, but none before it to compare with.</summary>
    private bool Begin(double sample, out double steady)
    {
        (waitingStep, waiting, steady) = (taken > 0 ? sample - waiting : 0, sample, waiting + offset);
        taken++;
        if (taken < 2)
        {
            return false;
        }

        Follow(steady);
        return true;
    }

    private Jump Judge(double next)
    {
        double size = Math.Abs(waitingStep);
        bool alone = Math.Abs(stepBefore) < NeighbourShare * size && Math.Abs(next) < NeighbourShare * size;
        return !alone ? Jump.None : size > GainStep * usual.Latest ? Jump.Gain : Jump.Removed;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Follow(double steady)
    {
        if (steady < low)
        {
            low = steady;
        }

        if (steady > high)
        {
            high = steady;
        }

        inBlock++;
        if (inBlock == blockLength)
        {
            EndBlock();
        }
    }

    private void EndBlock()
    {
        usual.Add(high - low);
        leastStep = works && usual.Latest is { } height and > 0 ? StepShare * height : double.PositiveInfinity;
        (low, high, inBlock) = (double.PositiveInfinity, double.NegativeInfinity, 0);
    }
}
