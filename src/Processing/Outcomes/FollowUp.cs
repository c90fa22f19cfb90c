using Vascular.Processing.Oxygen;
using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Outcomes;

/// <summary>What is followed.</summary>
public enum FollowedTest
{
    AnkleIndex,
    ToeIndex,
    ToePressure,
    Oxygen,
}

/// <summary>One value of the course of a limb.</summary>
/// <param name="Day">Days after the procedure; below 0 before it.</param>
/// <param name="Method">Everything that must be equal for two values to be compared, in words: method, artery or digit, site, sensor, temperature.</param>
/// <param name="Value">As written.</param>
public sealed record FollowedValue(FollowedTest Test, int Day, string Method, WrittenNumber Value)
{
    /// <summary>Artery or skin site, where a limb is measured at several: two places are two courses beside each other, not a change of method. Empty where there is one.</summary>
    public string Place { get; init; } = "";
}

/// <summary>A change from one value to the next of the same method.</summary>
/// <param name="IsWithinRepeats">Two measurements of an unchanged limb could differ as much.</param>
public sealed record FollowedChange(FollowedValue From, FollowedValue To, WrittenNumber Change, bool IsWithinRepeats);

/// <summary>A run of values of one test by one method. A change of method begins another, and nothing is drawn or judged across it.</summary>
public sealed record FollowedRun(FollowedTest Test, string Method, IReadOnlyList<FollowedValue> Values, IReadOnlyList<FollowedChange> Changes)
{
    public string Place => Values[0].Place;
}

/// <summary>An alert and the values it compares.</summary>
public sealed record FollowedAlert(FollowedValue Best, FollowedValue Current, Alert Alert);

/// <summary>The course of one limb around a procedure: runs of the same method, changes against repeatability, alerts.</summary>
/// <remarks>Only like with like is compared [V] (cold toes, sensors and sites move a number more than healing does). The alerts are those of <see cref="Surveillance"/> against the best value
/// of the same method since the procedure, or its last one before where there is none since. [D] Events (an occluded circuit, an amputation) stand beside the curve and change no number.</remarks>
public sealed record FollowUp(IReadOnlyList<FollowedRun> Runs, IReadOnlyList<FollowedAlert> Alerts)
{
    /// <param name="values">In any order.</param>
    public static FollowUp Of(IReadOnlyList<FollowedValue> values, RuleSet rules)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(rules);
        List<FollowedRun> runs = [];
        foreach (IGrouping<(FollowedTest, string), FollowedValue> test in values.OrderBy(v => v.Day).GroupBy(v => (v.Test, v.Place)).OrderBy(g => g.Key.Test).ThenBy(g => g.Key.Place, StringComparer.Ordinal))
        {
            List<FollowedValue> run = [];
            foreach (FollowedValue value in test)
            {
                if (run.Count > 0 && run[^1].Method != value.Method)
                {
                    runs.Add(Run(run));
                    run = [];
                }

                run.Add(value);
            }

            runs.Add(Run(run));
        }

        return new(runs, [.. runs.SelectMany(r => AlertsOf(r, rules))]);
    }

    private static FollowedRun Run(List<FollowedValue> values) => new(
        values[0].Test,
        values[0].Method,
        values,
        [.. values.Zip(values.Skip(1), (from, to) => new FollowedChange(from, to, to.Value - from.Value, RepeatabilityOf(from.Test).Covers(to.Value - from.Value)))]);

    public static Repeatability RepeatabilityOf(FollowedTest test) => test switch
    {
        FollowedTest.AnkleIndex => Repeatability.OfAnkleIndex,
        FollowedTest.ToeIndex => Repeatability.OfToeIndex,
        FollowedTest.ToePressure => Repeatability.OfToePressure,
        FollowedTest.Oxygen => Repeatability.OfOxygen,
        _ => throw new ArgumentOutOfRangeException(nameof(test), test, "Not a test."),
    };

    private static IEnumerable<FollowedAlert> AlertsOf(FollowedRun run, RuleSet rules)
    {
        foreach ((FollowedValue best, FollowedValue current) in Compared(run))
        {
            Alert alert = Judge(best.Value, current, rules);
            if (alert.Level != AlertLevel.None || alert.Reason.Length > 0)
            {
                yield return new FollowedAlert(best, current, alert);
            }
        }
    }

    /// <summary>Each value after the procedure with the one it is judged against: the best since the procedure, or the last before it where there is none since.</summary>
    public static IEnumerable<(FollowedValue Best, FollowedValue Current)> Compared(FollowedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        FollowedValue? best = run.Values.LastOrDefault(v => v.Day < 0);
        bool bestIsAfter = false;
        foreach (FollowedValue current in run.Values.Where(v => v.Day >= 0))
        {
            if (best is not null)
            {
                yield return (best, current);
            }

            // the value before stands only until there is one after
            best = !bestIsAfter || current.Value > best!.Value ? current : best;
            bestIsAfter = true;
        }
    }

    private static Alert Judge(WrittenNumber best, FollowedValue current, RuleSet rules) => current.Test switch
    {
        FollowedTest.ToePressure => Surveillance.OfToePressure(best.HalfUp, current.Value.HalfUp, rules.Surveillance),
        FollowedTest.Oxygen => OxygenTension.TryOf(best, rules, out OxygenTension before) && OxygenTension.TryOf(current.Value, rules, out OxygenTension now)
            ? Surveillance.OfOxygen(before, now, current.Day > rules.Surveillance.EarlyLagDays, rules.Surveillance)
            : Alert.None,
        _ => Surveillance.OfIndex(new PressureIndex(best.Hundredths), new PressureIndex(current.Value.Hundredths), rules.Surveillance),
    };
}
