using System.Globalization;
using Vascular.Processing.Outcomes;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli;

/// <summary>Table <c>kaplan-meier</c>: subjects in, three survival curves out. The one table whose answers belong to all rows together.</summary>
/// <remarks>A subject that cannot be read is a row of its own with the reason, before the estimates, and is in none of them.</remarks>
public sealed class SurvivalTable(RuleSet rules) : IScoreGathering
{
    private const string Healed = "healed_month";
    private const string Amputation = "major_amputation_month";
    private const string Death = "death_month";
    private const string End = "followup_end_month";
    private const int LongestMonths = 1200;

    /// <summary>Different months held before further ones are refused.</summary>
    private const int MostTimes = 1_000_000;

    private static readonly string[] Inputs = [Healed, Amputation, Death, End];
    private readonly Endpoints endpoints = new();

    public static ScoreTable Table { get; } = new(
        "kaplan-meier",
        Inputs,
        ["endpoint", "month", "estimate", "percent_1dp", "at_risk_after", "events_to_date", "lower", "upper"],
        (_, _) => throw new InvalidOperationException("This table gathers its rows."))
    {
        Gather = rules => new SurvivalTable(rules),
        RestsOn = ["survival"],
    };

    public string? Take(IReadOnlyList<string> fields)
    {
        ScoreFields row = new(Inputs, fields);
        WrittenNumber longest = WrittenNumber.Of(LongestMonths);
        SubjectCourse subject = new(
            row.Number(Healed, WrittenNumber.Zero, longest),
            row.Number(Amputation, WrittenNumber.Zero, longest),
            row.Number(Death, WrittenNumber.Zero, longest),
            row.Needed(End, WrittenNumber.Zero, longest));
        if (subject.Contradiction is { } impossible)
        {
            row.Contradict($"{impossible.Event}_month", impossible.Why);
        }

        if (row.Refusal is { } refused)
        {
            return refused.Error;
        }

        if (endpoints.WoundHealing.Times + endpoints.LimbSalvage.Times + endpoints.AmputationFreeSurvival.Times > MostTimes)
        {
            return $"more than {MostTimes} different months";
        }

        endpoints.Add(subject);
        return null;
    }

    public IEnumerable<ScoreAnswer> Answers()
    {
        foreach ((string name, KaplanMeier curve, bool rising) in new[]
        {
            ("amputation_free_survival", endpoints.AmputationFreeSurvival, false), ("limb_salvage", endpoints.LimbSalvage, false),
            ("complete_wound_healing", endpoints.WoundHealing, true),
        })
        {
            foreach (int month in rules.Survival.Months)
            {
                yield return curve.At(WrittenNumber.Of(month), rules.Survival) is { } at
                    ? Columns(name, month, at, rising)
                    : new ScoreAnswer([name, ScoreFields.Print(month), "", "", "", "", "", ""], "no subject could be read");
            }
        }
    }

    /// <param name="rising">Shown as 1 - KM.</param>
    private static ScoreAnswer Columns(string name, int month, SurvivalEstimate at, bool rising)
    {
        decimal shown = rising ? 1 - at.Survival : at.Survival;
        (double? lower, double? upper) = rising ? (1 - at.Upper, 1 - at.Lower) : (at.Lower, at.Upper);
        return ScoreAnswer.Of(
            name,
            ScoreFields.Print(month),
            Round(shown, 6),
            Round(shown * 100, 1),
            at.AtRiskAfter.ToString(CultureInfo.InvariantCulture),
            at.EventsToDate.ToString(CultureInfo.InvariantCulture),
            lower is { } low ? Round((decimal)low, 6) : "",
            upper is { } high ? Round((decimal)high, 6) : "");
    }

    /// <summary>Half up; the product's own rounding, in the 28th digit, is taken away first so that a tie stays one.</summary>
    private static string Round(decimal value, int decimals) =>
        Math.Round(Math.Round(value, 20), decimals, MidpointRounding.AwayFromZero).ToString($"F{decimals}", CultureInfo.InvariantCulture);
}
