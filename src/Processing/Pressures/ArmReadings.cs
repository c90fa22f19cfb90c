namespace Vascular.Processing.Pressures;

/// <summary>Both arms as they were read one after the other, and what to do next.</summary>
/// <remarks>Where the arms differ by more than 10 mmHg the first one is repeated and its first reading discarded [V] summaries of AHA 2012: the first reading of a visit is often high.
/// From 15 mmHg on, subclavian stenosis is suspected [V], [D] for the equal sign. Only the first arm is ever repeated by this rule.</remarks>
/// <param name="Arms">What the indices use.</param>
/// <param name="RepeatFirst">The arms differ and the first has been read once: read it again.</param>
public sealed record ArmReadings(ArmPressures Arms, bool RepeatFirst)
{
    /// <param name="rightFirst">Which arm was read first.</param>
    /// <param name="first">Readings of that arm in order, printed mmHg; the newest counts once there are two.</param>
    /// <param name="second">The other arm; null when it could not be used.</param>
    public static ArmReadings Of(bool rightFirst, IReadOnlyList<int> first, int? second)
    {
        ArgumentNullException.ThrowIfNull(first);
        int? used = first.Count == 0 ? null : first[^1];
        ArmPressures arms = rightFirst ? new(used, second) : new(second, used);
        return new(arms, first.Count == 1 && arms.Difference > ArmPressures.RepeatAboveMmHg);
    }
}
