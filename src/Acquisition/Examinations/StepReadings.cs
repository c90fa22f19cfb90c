namespace Vascular.Acquisition.Examinations;

/// <summary>Which attempts at a step count: the last one, and with it those it was started beside.</summary>
/// <remarks>A start begins anew, a further start adds, a repeat takes the newest away. Told from the acts alone.</remarks>
public static class StepReadings
{
    /// <returns>In the order they were taken; the last may still run.</returns>
    public static IReadOnlyList<Attempt> Of(ProtocolStep step, IReadOnlyList<Attempt> attempts, ActLedger acts)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(attempts);
        ArgumentNullException.ThrowIfNull(acts);
        List<Attempt> counting = [];
        foreach (Attempt attempt in attempts.Where(a => a.Step.Key == step.Key))
        {
            if (!attempt.IsFurther)
            {
                counting.Clear();
            }

            counting.Add(attempt);
            int repeats = acts.All.Count(a => a.Number > attempt.StartedBy && a.Number < Until(attempt, attempts) && a.Act is Act.Repeat r && r.Step == step.Key);
            counting.RemoveRange(Math.Max(0, counting.Count - repeats), Math.Min(repeats, counting.Count));
        }

        counting.RemoveAll(a => !a.BindActs.All(acts.Stands));
        return counting;
    }

    /// <summary>Number of the act that starts the step's next attempt: acts before it that name the step mean this one.</summary>
    public static int Until(Attempt attempt, IReadOnlyList<Attempt> attempts)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        ArgumentNullException.ThrowIfNull(attempts);
        return attempts.FirstOrDefault(a => a.Step.Key == attempt.Step.Key && a.Number == attempt.Number + 1)?.StartedBy ?? int.MaxValue;
    }
}
