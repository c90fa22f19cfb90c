using System.Text.Json;
using FsCheck.Xunit;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Tests.Publishing;
using Vascular.Simulators.Record;

namespace Vascular.Acquisition.Tests.Simulators;

/// <summary>A consumer that keeps the rules ends with the truth in every order of arrival, with repeats.</summary>
public sealed class ResultChartTests
{
    private const int SmallHistory = 6;

    [Property(Replay = "17,31", MaxTest = 60)]
    public void Small_histories_end_with_the_truth_in_every_order(byte[] deeds)
    {
        LaboratoryHistory history = LaboratoryHistory.Of(1, deeds.Take(5));
        ChartBundle[] messages = [.. Messages(history)];
        if (messages.Length <= SmallHistory)
        {
            foreach (ChartBundle[] order in Orders(messages))
            {
                Expect([history], Chart(order));
            }
        }
    }

    [Property(Replay = "17,31", MaxTest = 60)]
    public void Long_histories_of_two_examinations_end_with_the_truth_in_any_order_with_repeats(byte[] deeds, byte[] others, int order)
    {
        LaboratoryHistory[] histories = [LaboratoryHistory.Of(1, deeds), LaboratoryHistory.Of(2, others)];
        ChartBundle[] messages = [.. histories.SelectMany(Messages)];
        Random random = new(order);
        for (int round = 0; round < 10; round++)
        {
            Expect(histories, Chart(Delivered(messages, random)));
        }
    }

    [Property(Replay = "17,31", MaxTest = 40)]
    public void Whatever_came_so_far_the_order_it_came_in_does_not_show(byte[] deeds, int order)
    {
        Random random = new(order);
        ChartBundle[] delivered = Delivered([.. Messages(LaboratoryHistory.Of(1, deeds))], random);
        for (int count = 1; count <= delivered.Length; count++)
        {
            ChartBundle[] came = delivered[..count];
            ChartBundle[] sorted = [.. came.Distinct().OrderBy(m => m.Version).ThenBy(m => m.Part)];
            Assert.Equal(Chart(sorted).ToJson(), Chart(came).ToJson());
        }
    }

    /// <summary>What is late, or was lost on the way, is not waited for: the highest version says everything.</summary>
    [Property(Replay = "17,31", MaxTest = 60)]
    public void The_highest_version_alone_makes_the_chart_true_whichever_lower_ones_are_missing(byte[] deeds, int order)
    {
        LaboratoryHistory history = LaboratoryHistory.Of(1, deeds);
        ChartBundle[] messages = [.. Messages(history)];
        Random random = new(order);
        for (int round = 0; round < 10; round++)
        {
            Expect([history], Chart(Delivered([.. messages.Where(m => m.Version == history.Reports.Count || random.Next(2) == 0)], random)));
        }
    }

    [Property(Replay = "17,31", MaxTest = 60)]
    public void No_version_of_an_observation_ever_has_two_contents(byte[] deeds)
    {
        Dictionary<string, string> seen = [];
        foreach (SessionMessage message in LaboratoryHistory.Of(1, deeds).Reports.SelectMany(r => SessionParts.Of(r, LaboratoryHistory.Limit)))
        {
            using JsonDocument bundle = JsonDocument.Parse(SessionBundle.Bytes(message));
            foreach (JsonElement observation in bundle.RootElement.GetProperty("entry").EnumerateArray().Select(e => e.GetProperty("resource")).Where(r => r.GetProperty("resourceType").GetString() == "Observation"))
            {
                string key = $"{observation.GetProperty("identifier")[0].GetProperty("value")} {observation.GetProperty("meta").GetProperty("versionId")}";
                Assert.Equal(seen.GetValueOrDefault(key, observation.GetRawText()), observation.GetRawText());
                seen[key] = observation.GetRawText();
            }
        }
    }

    [Fact]
    public void The_histories_hold_what_they_are_for()
    {
        Random random = new(5);
        LaboratoryHistory[] histories = [.. Enumerable.Range(1, 60).Select(n =>
        {
            byte[] deeds = new byte[n % 12];
            random.NextBytes(deeds);
            return LaboratoryHistory.Of(n, deeds);
        })];
        Assert.Contains(histories, h => h.Moves > 1);
        Assert.Contains(histories, h => h.Withdrawals > 1);
        Assert.Contains(histories, h => h.Truth is null);
        Assert.Contains(histories, h => h.Reports.Any(r => SessionParts.Of(r, LaboratoryHistory.Limit).Count > 1) && h.Moves > 0);
        Assert.All(histories.SelectMany(h => h.Reports), r => Assert.DoesNotContain(SessionParts.Of(r, LaboratoryHistory.Limit), m => m.Report.Findings.Any(f => f.SamplesLeftOut)));
    }

    /// <summary>The example of docs/integrators.md: the result of the right patient comes before the withdrawal at the wrong one.</summary>
    [Fact]
    public void A_withdrawal_that_comes_late_takes_nothing_from_the_right_patient()
    {
        LaboratoryHistory history = LaboratoryHistory.Of(1, [6, 5]);
        ChartBundle[] messages = [.. Messages(history)];
        Assert.Equal([("PATIENT-1", "partial"), ("PATIENT-1", "entered-in-error"), ("PATIENT-2", "partial")], messages.Select(m => (m.Patient, m.Status!)));
        ResultChart early = Chart([messages[0], messages[2]]);
        Assert.Equal("PATIENT-2", Assert.Single(Examinations(early)).Patient);
        ResultChart late = early.Next(messages[1]);
        Assert.Equal(early.ToJson(), late.ToJson());
        Expect([history], late);
    }

    [Fact]
    public void Until_the_report_of_a_higher_version_comes_the_chart_stays_and_says_that_it_is_outdated()
    {
        LaboratoryHistory history = LaboratoryHistory.Of(1, [0, 7, 14, 6, 2]); // with a curve
        SessionReport[] reports = [.. history.Reports];
        ChartBundle[] second = [.. SessionParts.Of(reports[1], (int)SessionParts.Size(SessionMessage.Whole(reports[1])) - 1).Select(m => ChartBundle.Read(SessionBundle.Bytes(m))!)];
        Assert.Equal(2, second.Length);
        ResultChart first = ResultChart.Empty.Next(SessionBundle.Bytes(reports[0]));
        ResultChart waiting = first.Next(second[1]);
        (int version, bool complete) = Standing(waiting);
        Assert.Equal((1, false), (version, complete));
        Assert.Equal((2, true), Standing(waiting.Next(second[0])));
    }

    [Fact]
    public void The_chart_is_a_file_that_goes_on_where_the_last_run_stopped()
    {
        string folder = Directory.CreateTempSubdirectory("chart-").FullName;
        byte[][] bundles = [.. LaboratoryHistory.Of(1, [6, 5]).Reports.Select(SessionBundle.Bytes)];
        string path = Path.Combine(folder, "deep", "chart.json");
        ChartFile first = new(path);
        first.Write();
        Assert.Equal(ResultChart.Empty.ToJson(), File.ReadAllBytes(path));
        first.Take(bundles[2]);
        ChartFile second = new(path);
        using (JsonDocument stored = JsonDocument.Parse(bundles[2]))
        {
            second.Remember(stored.RootElement);
        }

        second.Take(bundles[0]);
        Assert.Equal(ResultChart.Empty.Next(bundles[2]).ToJson(), File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("{\"resourceType\":\"Bundle\",\"entry\":[]}")]
    [InlineData("{\"entry\":[{\"resource\":{\"resourceType\":\"MessageHeader\",\"extension\":[7]}}]}")]
    public void What_cannot_be_charted_changes_nothing(string body) =>
        Assert.Same(ResultChart.Empty, ResultChart.Empty.Next(System.Text.Encoding.UTF8.GetBytes(body)));

    private static IEnumerable<ChartBundle> Messages(LaboratoryHistory history) =>
        history.Reports.SelectMany(r => SessionParts.Of(r, LaboratoryHistory.Limit)).Select(m => ChartBundle.Read(SessionBundle.Bytes(m))!);

    private static ResultChart Chart(IEnumerable<ChartBundle> messages) => messages.Aggregate(ResultChart.Empty, (chart, message) => chart.Next(message));

    /// <summary>Everything at least once, up to three times, in any order.</summary>
    private static ChartBundle[] Delivered(ChartBundle[] messages, Random random)
    {
        ChartBundle[] delivered = [.. messages.SelectMany(m => Enumerable.Repeat(m, random.Next(1, 4)))];
        random.Shuffle(delivered);
        return delivered;
    }

    private static IEnumerable<ChartBundle[]> Orders(ChartBundle[] messages) => messages.Length == 0
        ? [[]]
        : messages.SelectMany((first, index) => Orders([.. messages[..index], .. messages[(index + 1)..]]).Select(rest => (ChartBundle[])[first, .. rest]));

    private static void Expect(LaboratoryHistory[] histories, ResultChart chart)
    {
        var truths = histories.Where(h => h.Truth is not null).Select(h => (Examination: h.Reports[0].Examination.ToString(), Truth: h.Truth!.Value)).OrderBy(t => t.Examination).ToList();
        var charted = Examinations(chart).OrderBy(e => e.Id).ToList();
        Assert.Equal(truths.Select(t => (t.Examination, t.Truth.Patient, t.Truth.Status, true)), charted.Select(e => (e.Id, e.Patient, e.Status, e.Complete)));
        foreach ((var truth, var found) in truths.Zip(charted))
        {
            Assert.Equal(truth.Truth.Results.OrderBy(r => r.Key), found.Results.OrderBy(r => r.Key));
        }
    }

    /// <summary>The chart as a reader sees it: through its JSON.</summary>
    private static List<(string Id, string Patient, string Status, bool Complete, Dictionary<string, string> Results)> Examinations(ResultChart chart)
    {
        using JsonDocument json = JsonDocument.Parse(chart.ToJson());
        return [.. json.RootElement.GetProperty("patients").EnumerateArray().SelectMany(p => p.GetProperty("examinations").EnumerateArray().Select(e => (
            e.GetProperty("examination").GetString()!,
            p.GetProperty("value").GetString()!,
            e.GetProperty("status").GetString()!,
            e.GetProperty("complete").GetBoolean(),
            e.GetProperty("observations").EnumerateArray().ToDictionary(o => o.GetProperty("id").GetString()!, o => $"{o.GetProperty("version").GetInt32()} {o.GetProperty("result").GetString()}"))))];
    }

    private static (int Version, bool Complete) Standing(ResultChart chart)
    {
        using JsonDocument json = JsonDocument.Parse(chart.ToJson());
        JsonElement examination = json.RootElement.GetProperty("patients")[0].GetProperty("examinations")[0];
        return (examination.GetProperty("resultversion").GetInt32(), examination.GetProperty("complete").GetBoolean());
    }
}
