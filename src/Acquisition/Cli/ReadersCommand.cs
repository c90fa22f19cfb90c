using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Records;
using Vascular.Processing.Staging;

namespace Vascular.Acquisition.Cli;

/// <summary><c>acquisition readers</c>: how far the readers of a centre agree, for its quality work.</summary>
public static class ReadersCommand
{
    public static Command Build()
    {
        Option<string?> data = new("--data") { Description = "Data folder whose record holds the scores (default $XDG_STATE_HOME/vascular-acquisition).", HelpName = "DIR" };
        Option<bool> json = new("--json") { Description = "One JSON document on stdout and nothing else." };
        Command command = new("readers", "Agreement of readers on SAD and MAC: for each pair and scale the table of their blind scores and Cohen's kappa, linear and quadratic, with its 95 % interval.") { data, json };
        command.SetAction(async (parsed, cancel) =>
        {
            RecordDatabase record = await StationRecord.OpenAsync(parsed.GetValue(data), cancel);
            ReaderPair[] pairs = [.. ReaderPair.Of(await new ReadingRecord(record, TimeProvider.System).BlindAsync(cancel))];
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
            {
                output.WriteLine(new JsonObject { ["pairs"] = new JsonArray([.. pairs.Select(p => (JsonNode)Json(p))]) }.ToJsonString());
                return CommandLine.Done;
            }

            foreach (ReaderPair pair in pairs)
            {
                output.WriteLine(Lines(pair));
            }

            if (pairs.Length == 0)
            {
                output.WriteLine("no two readers have scored the same leg on the same scale");
            }

            return CommandLine.Done;
        });
        return command;
    }

    private static JsonObject Json(ReaderPair pair)
    {
        JsonObject Kappa(AgreementWeights weights)
        {
            ReaderAgreement agreement = pair.Agreement(weights);
            return new JsonObject
            {
                ["kappa"] = Rounded(agreement.Kappa), ["lower"] = Rounded(agreement.Interval?.Low), ["upper"] = Rounded(agreement.Interval?.High),
                ["observed"] = Rounded(agreement.Observed), ["expected"] = Rounded(agreement.Expected),
            };
        }

        return new JsonObject
        {
            ["scale"] = pair.Scale, ["first"] = pair.First, ["second"] = pair.Second, ["legs"] = pair.Legs,
            ["table"] = new JsonArray([.. pair.Counts.Select(row => (JsonNode)new JsonArray([.. row.Select(n => (JsonNode)n)]))]),
            ["unweighted"] = Kappa(AgreementWeights.None), ["linear"] = Kappa(AgreementWeights.Linear), ["quadratic"] = Kappa(AgreementWeights.Quadratic),
        };
    }

    private static string Lines(ReaderPair pair)
    {
        string Kappa(AgreementWeights weights, string name) => pair.Agreement(weights) is { Kappa: { } kappa, Interval: { } interval }
            ? string.Create(CultureInfo.InvariantCulture, $"{name} kappa {kappa:0.00} (95 % {interval.Low:0.00} to {interval.High:0.00})")
            : $"{name} kappa does not exist: both used one category";
        return string.Create(CultureInfo.InvariantCulture, $"{pair.Scale}: {pair.First} and {pair.Second}, {pair.Legs} legs, {pair.Agreement(AgreementWeights.None).Observed * 100:0} % equal\n")
            + $"  {Kappa(AgreementWeights.Linear, "linear")}; {Kappa(AgreementWeights.Quadratic, "quadratic")}\n"
            + string.Join('\n', pair.Counts.Select((row, score) => string.Create(CultureInfo.InvariantCulture, $"  {pair.First} {score}: {string.Join(' ', row.Select(n => n.ToString(CultureInfo.InvariantCulture).PadLeft(4)))}")));
    }

    private static JsonValue? Rounded(double? value) => value is { } number ? JsonValue.Create(Math.Round(number, 4)) : null;
}

/// <summary>Two readers on one scale, over the legs both have scored blind.</summary>
/// <param name="Counts">Rows: the first reader's score; columns: the second's.</param>
internal sealed record ReaderPair(string Scale, string First, string Second, int[][] Counts)
{
    public int Legs => Counts.Sum(row => row.Sum());

    public ReaderAgreement Agreement(AgreementWeights weights) => ReaderAgreement.Of(Counts, weights);

    /// <summary>Every pair of readers with a leg in common, by scale and name.</summary>
    public static IEnumerable<ReaderPair> Of(IReadOnlyList<FrameScore> scores)
    {
        foreach (IGrouping<string, FrameScore> scale in scores.GroupBy(s => s.Scale).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            IGrouping<string, FrameScore>[] readers = [.. scale.GroupBy(s => ReadingRecord.Identity(s.Reader)).OrderBy(g => g.Key, StringComparer.Ordinal)];
            int categories = ReaderScore.HighestOf(Enum.GetValues<ScoreScale>().First(s => ReaderScore.NameOf(s) == scale.Key)) + 1;
            for (int one = 0; one < readers.Length; one++)
            {
                for (int other = one + 1; other < readers.Length; other++)
                {
                    int[][] counts = [.. Enumerable.Range(0, categories).Select(_ => new int[categories])];
                    foreach (FrameScore first in readers[one])
                    {
                        if (readers[other].FirstOrDefault(s => (s.Study, s.Side) == (first.Study, first.Side)) is { } second)
                        {
                            counts[first.Score][second.Score]++;
                        }
                    }

                    if (counts.Any(row => row.Sum() > 0))
                    {
                        yield return new ReaderPair(scale.Key, readers[one].First().Reader, readers[other].First().Reader, counts);
                    }
                }
            }
        }
    }
}
