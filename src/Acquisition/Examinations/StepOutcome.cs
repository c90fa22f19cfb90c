using Vascular.Acquisition.Publishing;
using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>What a protocol step has come to: the last attempt that counts, or what the operator said of the site.</summary>
public static class StepOutcome
{
    /// <returns>Version 0; what the step has come to stands last, the readings it was made of before it. Empty while there is none (not done yet, or to be repeated).</returns>
    public static IReadOnlyList<Finding> Of(Guid examination, ProtocolStep step, IReadOnlyList<Attempt> attempts, ActLedger acts, ExaminationSettings settings)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(attempts);
        ArgumentNullException.ThrowIfNull(acts);
        if (step.Site.IsFoot
            && acts.LastStanding(a => a is Act.Amputated m && m.Side == step.Site.Side) is { Act: Act.Amputated lost })
        {
            return [Stated(examination, step, 1, acts.Binding, MeasurementState.Amputated, "amputated", lost.Level)];
        }

        Attempt? last = attempts.LastOrDefault(a => a.Step.Key == step.Key);
        NumberedAct? givenUp = acts.LastStanding(a => a is Act.NotObtainable n && n.Step == step.Key);
        if (givenUp is { Act: Act.NotObtainable reason } && (last is null || givenUp.Number > last.StartedBy))
        {
            return [Stated(examination, step, last?.Number ?? 1, acts.Binding, MeasurementState.NotObtainable, "not obtainable", reason.Reason)];
        }

        Finding[] readings = [.. StepReadings.Of(step, attempts, acts).Where(a => a.IsClosed).Select(Reading)];
        Finding[] spoken = [.. readings.Where(r => r.State != MeasurementState.Unreadable)];
        return spoken.Length > 1 ? [.. spoken, RepeatedFinding.Of(examination, acts.Binding, step, spoken, settings)]
            // a reading that says nothing takes nothing from one that does
            : spoken.Length == 1 ? spoken
            : readings.Length > 0 ? [readings[^1]] : [];

        Finding Reading(Attempt attempt)
        {
            Finding finding = attempt.Evaluate(new AttemptContext(settings, Marks(attempt, acts), MovedTo(attempt, attempts, acts)));
            return Under(acts.Binding, examination, step.Site.IsToe ? finding with { Flags = [.. finding.Flags, .. ToeFlags(step, acts, settings)] } : finding);
        }
    }

    /// <summary>What the toe's skin temperature says of its pressure and its trace; as entered for the step (<c>toe.right</c>) or for toes at all (<c>toe</c>).</summary>
    private static IEnumerable<string> ToeFlags(ProtocolStep step, ActLedger acts, ExaminationSettings settings)
    {
        Act.Temperature? entered = acts.LastStanding(a => a is Act.Temperature t && (t.Where == step.Key || t.Where == "toe"))?.Act as Act.Temperature;
        IReadOnlyList<string> flags = entered is { Celsius: >= ToeTemperature.LowestCelsius and <= ToeTemperature.HighestCelsius }
            ? ToeTemperature.Flags(entered.Celsius, settings.Rules.Pressures)
            : [];
        return flags.Count > 0 ? [.. flags, .. settings.Rules.FlagsOf("pressures.cold_toe_celsius")] : [];
    }

    /// <summary>A finding under the binding that holds now: what was measured before the patient was corrected goes on under its next name.</summary>
    private static Finding Under(int binding, Guid examination, Finding finding)
    {
        string name = Identifiers.FindingName(binding, finding.Step, finding.Attempt, finding.Measure, finding.Site);
        return finding with { Id = Identifiers.Version5(examination, name), Name = name };
    }

    private static List<StandingMark> Marks(Attempt attempt, ActLedger acts) =>
        [.. During(attempt, acts).Where(a => a.Act is Act.Mark).Select(a => new StandingMark((Act.Mark)a.Act, acts.SpeedAt(a) != 1 && a.User != Users.SimulatedTechnician))];

    private static long? MovedTo(Attempt attempt, IReadOnlyList<Attempt> attempts, ActLedger acts) =>
        acts.Standing.LastOrDefault(a => a.Number > attempt.StartedBy && a.Number < StepReadings.Until(attempt, attempts) && a.Act is Act.MoveEndPoint m && m.Step == attempt.Step.Key)
            ?.Act is Act.MoveEndPoint moved
            ? moved.EndPointAtNs
            : null;

    private static IEnumerable<NumberedAct> During(Attempt attempt, ActLedger acts) =>
        acts.Standing.Where(a => a.Number > attempt.StartedBy && a.AtNs <= (attempt.EndedAtNs ?? long.MaxValue));

    private static Finding Stated(Guid examination, ProtocolStep step, int attempt, int binding, MeasurementState state, string printed, string reason)
    {
        string name = Identifiers.FindingName(binding, step.Key, attempt, step.Measure, step.Site);
        return new Finding
        {
            Id = Identifiers.Version5(examination, name),
            Version = 0,
            Name = name,
            Step = step.Key,
            Attempt = attempt,
            Measure = step.Measure,
            Site = step.Site,
            State = state,
            Unit = step.Unit,
            Printed = printed,
            Reason = reason,
            Method = Methods.Stated.Name,
            MethodVersion = Methods.Stated.Version,
        };
    }
}

/// <summary>Users that are not people.</summary>
public static class Users
{
    /// <summary>The scenario's script at work; nobody's hand.</summary>
    public const string SimulatedTechnician = "simulated technician";
}
