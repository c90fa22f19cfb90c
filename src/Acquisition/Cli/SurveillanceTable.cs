using Vascular.Processing.Outcomes;
using Vascular.Processing.Oxygen;
using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli;

/// <summary>Table <c>followup</c>: one test of one limb after a procedure per row.</summary>
public static class SurveillanceTable
{
    private const string Test = "test";
    private const string Days = "days_after_procedure";
    private const string Best = "best_prior";
    private const string Current = "current";
    private const int HighestDays = 36_525;
    private const int HighestIndex = 10;

    private static readonly string[] Inputs = [Test, Days, Best, Current];
    private static readonly string[] Tests = ["ABI", "TBI", "TP", "TcPO2"];

    public static ScoreTable Table { get; } = new("followup", Inputs, ["alert", "reason"], (row, rules) => Answer(new ScoreFields(Inputs, row), rules))
    {
        RestsOn = ["surveillance"],
    };

    private static ScoreAnswer Answer(ScoreFields row, RuleSet rules)
    {
        string test = Tests[row.Word(Test, Tests)];
        WrittenNumber days = row.Needed(Days, 0, HighestDays);
        (int from, int to) = test switch
        {
            "TP" => (0, VesselPressure.HighestMmHg),
            "TcPO2" => ((int)rules.Plateau.FloorMmHg, rules.Oxygen.HighestMmHg),
            _ => (0, HighestIndex),
        };
        (WrittenNumber best, WrittenNumber current) = (row.Needed(Best, from, to), row.Needed(Current, from, to));
        if (row.Refusal is { } refused)
        {
            return refused;
        }

        SurveillanceRule rule = rules.Surveillance;
        Alert alert = test switch
        {
            "TP" => Surveillance.OfToePressure(best.HalfUp, current.HalfUp, rule),
            "TcPO2" => Surveillance.OfOxygen(Tension(best, rules), Tension(current, rules), days > WrittenNumber.Of(rule.EarlyLagDays), rule),
            _ => Surveillance.OfIndex(new PressureIndex(best.Hundredths), new PressureIndex(current.Hundredths), rule),
        };
        return ScoreAnswer.Of(alert.Word, alert.Reason);
    }

    private static OxygenTension Tension(WrittenNumber mmHg, RuleSet rules) =>
        OxygenTension.TryOf(mmHg, rules, out OxygenTension tension) ? tension : throw new InvalidOperationException("The range was checked before.");
}
