namespace Vascular.Processing.Pressures;

/// <summary>What exercise did to the ankle pressure and the ankle-brachial index of one limb.</summary>
/// <remarks>A fall of more than 30 mmHg in ankle pressure, or of more than 20 % in ABI, is positive [V] a review restating AHA 2012. The protocol belongs to the record: 2 mph, 10 %
/// grade, 5 min [V] SVU; 12 % in Rutherford's standard [R]. The share is compared exactly on the printed hundredths, not on a rounded percentage [D]. A
/// non-compressible limb has neither number and no answer.</remarks>
/// <param name="FallMmHg">Printed ankle pressure at rest less that after exercise; null without both.</param>
/// <param name="FallPercent">Fall of the index in % of its resting value, half up; null without both, and where the index at rest is 0.</param>
/// <param name="Positive">Either limit is passed; false where every fall that is known is within it; null when none is known.</param>
public sealed record ExerciseResponse(int? FallMmHg, int? FallPercent, bool? Positive)
{
    /// <param name="restMmHg">Printed ankle pressure; null where there is none.</param>
    /// <param name="rest">Rounded index at rest.</param>
    public static ExerciseResponse Of(int? restMmHg, int? afterMmHg, PressureIndex? rest, PressureIndex? after, PressureRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        int? fall = restMmHg - afterMmHg;
        bool? byPressure = fall > rule.ExerciseFallMmHg ? true : fall is null ? null : false;
        bool? byIndex = null;
        int? percent = null;
        if (rest is { Hundredths: > 0 } before && after is { } then)
        {
            int hundredths = before.Hundredths - then.Hundredths;
            byIndex = 100 * hundredths > rule.ExerciseFallPercent * before.Hundredths;
            percent = (int)Math.Floor(((double)((200 * hundredths) + before.Hundredths)) / (2 * before.Hundredths));
        }

        return new(fall, percent, byPressure == true || byIndex == true ? true : byPressure ?? byIndex);
    }
}
