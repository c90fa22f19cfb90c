using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Oxygen;

/// <summary>The value at the end of a provocation.</summary>
/// <param name="State">Measured; running; unreadable (a gap or the electrode lifted).</param>
/// <param name="TensionMmHg">Median of the last 60 s, mmHg, 0 or more; null unless measured.</param>
public readonly record struct ProvocationResult(MeasurementState State, double? TensionMmHg, long? AtNs, PlateauFlags Flags);

/// <summary>TcPO2 at the end of a provocation (oxygen to breathe, leg raised): begun by an act after a plateau was accepted, ended by its time.</summary>
/// <remarks>[D] No warming and no jump rule: on oxygen the value may climb by 200 mmHg in minutes (time constant 66 to 73 s [V] 1980), which on air would be
/// a leak. What touches a gap, or a lift of the electrode, is unreadable: the provocation is done again.</remarks>
public sealed class Provocation
{
    private readonly PlateauRule rule;
    private readonly long beginNs;
    private readonly long endNs;
    private readonly TensionMedians medians;
    private readonly double[] last;
    private int count;
    private bool heard;
    private PlateauFlags flags;
    private ProvocationResult? answer;

    /// <param name="beginNs">When oxygen was given, or the leg raised.</param>
    /// <param name="durationS"><see cref="OxygenRule.ChallengeS"/> or <see cref="OxygenRule.ElevationS"/>.</param>
    public Provocation(PlateauRule rule, long beginNs, double durationS)
    {
        ArgumentNullException.ThrowIfNull(rule);
        (this.rule, this.beginNs, endNs) = (rule, beginNs, beginNs + (long)(durationS * 1e9));
        medians = new TensionMedians(rule.MedianS, rule.GapS);
        last = new double[(int)(rule.ResultS / rule.MedianS + 0.5)];
    }

    public ProvocationResult Result => answer
        ?? new ProvocationResult(flags == PlateauFlags.None ? MeasurementState.Running : MeasurementState.Unreadable, null, null, flags);

    /// <summary>One reading, mmHg; readings before the begin are left out, and so is what is no number.</summary>
    public void Take(long atNs, double mmHg)
    {
        if (atNs >= beginNs && double.IsFinite(mmHg))
        {
            Tick(atNs);
            flags |= !heard && atNs - beginNs > rule.GapS * 1e9 ? PlateauFlags.Gap : PlateauFlags.None;
            heard = true;
            medians.Add(atNs, mmHg);
        }
    }

    public void Tick(long atNs)
    {
        while (answer is null && medians.TryNext(atNs, out TensionMedian median))
        {
            Judge(median);
        }

        if (answer is null && medians.TryGap(atNs))
        {
            flags |= PlateauFlags.Gap;
        }
    }

    public void LiftOff(long atNs)
    {
        Tick(atNs);
        flags |= answer is null ? PlateauFlags.LiftOff : PlateauFlags.None;
    }

    private void Judge(in TensionMedian median)
    {
        if (median.MmHg is { } mmHg)
        {
            flags |= mmHg < rule.FloorMmHg ? PlateauFlags.SensorFault : PlateauFlags.None;
            Array.Copy(last, 1, last, 0, last.Length - 1);
            last[^1] = mmHg;
            count++;
        }

        if (median.ToNs >= endNs && count >= last.Length && flags == PlateauFlags.None)
        {
            answer = new ProvocationResult(MeasurementState.Measured, Math.Max(TensionMedians.Median(last), 0), median.ToNs, flags);
        }
    }
}
