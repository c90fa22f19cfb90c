using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>Whether the arms at rest, as they were read so far, ask for the first one again.</summary>
/// <remarks>The rule is <see cref="ArmReadings"/>: a plain start of the first arm discards its first reading.</remarks>
public static class ArmsRead
{
    /// <returns>Side of the arm to read again and by how much they differ, mmHg; null while nothing is asked.</returns>
    public static (Side First, int DifferenceMmHg)? AskAgain(ExaminationFold fold)
    {
        ArgumentNullException.ThrowIfNull(fold);
        (Side Side, int MmHg)[] read = [.. fold.Attempts
            .Where(a => a is ArmAttempt { IsClosed: true, Step.AfterExerciseS: null })
            .Select(a => (a.Step.Site.Side, a.Evaluate(new AttemptContext(fold.Settings!, [], null)).Value))
            .Where(a => a.Value is >= 1 and <= VesselPressure.HighestMmHg).Select(a => (a.Side, (int)a.Value!.Value))];
        if (read.Length == 0)
        {
            return null;
        }

        Side first = read[0].Side;
        (Side Side, int MmHg)[] second = [.. read.Where(r => r.Side != first)];
        ArmReadings arms = ArmReadings.Of(first == Side.Right, [.. read.Where(r => r.Side == first).Select(r => r.MmHg)], second.Length > 0 ? second[^1].MmHg : null);
        return arms.RepeatFirst ? (first, arms.Arms.Difference!.Value) : null;
    }
}
