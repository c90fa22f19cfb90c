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
    public bool TryNext(double sample, out double raw, out double steady, out Jump jump)
    {
        (raw, steady, jump) = (waiting, 0, Jump.None);
        double step = sample - waiting;
        bool begun = taken > 0;
        if (taken > 1 && works)
        {
            jump = Judge(step);
            offset = jump == Jump.Removed ? offset - waitingStep : offset;
        }

        (stepBefore, waitingStep, waiting) = (taken > 1 ? waitingStep : 0, taken > 0 ? step : 0, sample);
        taken = taken < 3 ? taken + 1 : taken;
        steady = raw + offset;
        if (begun)
        {
            Follow(steady);
        }

        return begun;
    }

    /// <summary>Begins anew: what was before says nothing.</summary>
    public void Restart()
    {
        usual.Clear();
        (low, high, inBlock, offset, waiting, waitingStep, stepBefore, taken) = (double.PositiveInfinity, double.NegativeInfinity, 0, 0, 0, 0, 0, 0);
    }

    private Jump Judge(double next)
    {
        double size = Math.Abs(waitingStep);
        if (!(usual.Latest is { } height && height > 0 && size > StepShare * height))
        {
            return Jump.None;
        }

        bool alone = Math.Abs(stepBefore) < NeighbourShare * size && Math.Abs(next) < NeighbourShare * size;
        return !alone ? Jump.None : size > GainStep * height ? Jump.Gain : Jump.Removed;
    }

    private void Follow(double steady)
    {
        (low, high) = (steady < low ? steady : low, steady > high ? steady : high);
        inBlock++;
        if (inBlock == blockLength)
        {
            usual.Add(high - low);
            (low, high, inBlock) = (double.PositiveInfinity, double.NegativeInfinity, 0);
        }
    }
}
