using System.Text;
using System.Text.Json;
using Vascular.Simulators.Record;

namespace Vascular.Acquisition.Tests.Simulators;

public sealed class ResultFileTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly string folder = Directory.CreateTempSubdirectory("results-").FullName;

    private string Out => Path.Combine(folder, "deep", "results.jsonl");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_result_is_one_line_with_its_properties_and_the_bundle_unchanged_in_meaning()
    {
        using (ResultFile file = ResultFile.Open(Out))
        {
            Assert.Equal(new Stored(false, false), file.Add(Message("a", version: 1), At));
        }

        using JsonDocument line = JsonDocument.Parse(Assert.Single(File.ReadAllLines(Out)));
        Assert.Equal("vascular/v1/lab-a/bedside-box-01/result/session", line.RootElement.GetProperty("topic").GetString());
        Assert.Equal("//lab-a/bedside-box-01", line.RootElement.GetProperty("source").GetString());
        Assert.Equal(1, line.RootElement.GetProperty("resultversion").GetInt32());
        Assert.Equal("00000000000000000001", line.RootElement.GetProperty("sequence").GetString());
        Assert.Equal("0.280", line.RootElement.GetProperty("bundle").GetProperty("value").GetRawText());
    }

    [Fact]
    public void A_repeat_is_a_duplicate_also_after_a_restart()
    {
        using (ResultFile file = ResultFile.Open(Out))
        {
            file.Add(Message("a", version: 1), At);
            Assert.True(file.Add(Message("a", version: 1), At).Duplicate);
        }

        using ResultFile again = ResultFile.Open(Out);
        Assert.Equal(1, again.Count);
        Assert.True(again.Add(Message("a", version: 1), At).Duplicate);
        Assert.False(again.Add(Message("a", version: 1) with { Source = "//lab-a/bedside-box-02" }, At).Duplicate);
        Assert.Equal(2, File.ReadAllLines(Out).Length);
    }

    [Fact]
    public void A_version_lower_than_held_is_stored_and_marked_also_after_a_restart()
    {
        using (ResultFile file = ResultFile.Open(Out))
        {
            Assert.False(file.Add(Message("b", version: 2), At).Superseded);
        }

        using ResultFile again = ResultFile.Open(Out);
        Assert.True(again.Add(Message("a", version: 1), At).Superseded);
        Assert.False(again.Add(Message("c", version: 3), At).Superseded);
        Assert.False(again.Add(Message("d", version: 1, subject: "another"), At).Superseded);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public void A_line_cut_off_by_a_crash_is_removed_and_its_result_taken_again(int missing)
    {
        using (ResultFile file = ResultFile.Open(Out))
        {
            file.Add(Message("a", version: 1), At);
            file.Add(Message("b", version: 2), At);
        }

        byte[] whole = File.ReadAllBytes(Out);
        File.WriteAllBytes(Out, whole[..^missing]);
        using (ResultFile again = ResultFile.Open(Out))
        {
            Assert.Equal(1, again.Count);
            Assert.False(again.Add(Message("b", version: 2), At).Duplicate);
        }

        Assert.Equal(whole, File.ReadAllBytes(Out));
    }

    [Fact]
    public void A_file_that_holds_something_else_is_left_alone()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Out)!);
        File.WriteAllText(Out, "dear diary\n");
        Assert.Throws<InvalidDataException>(() => ResultFile.Open(Out));
        Assert.Equal("dear diary\n", File.ReadAllText(Out));
    }

    [Fact]
    public void Without_properties_the_id_comes_from_the_bundle_and_the_source_from_the_topic()
    {
        (ResultMessage? message, string? fault) = ResultMessage.Read(
            "vascular/v1/lab-a/bedside-box-01/result/session",
            [],
            """{"resourceType":"Bundle","type":"message","identifier":{"system":"urn:ietf:rfc:3986","value":"urn:uuid:79ddbbd0-7111-5a13-94b0-beb18d6e7e74"},"entry":[{},{}]}"""u8.ToArray());
        Assert.Null(fault);
        Assert.Equal(("//lab-a/bedside-box-01", "79ddbbd0-7111-5a13-94b0-beb18d6e7e74", 2), (message!.Source, message.Id, message.Entries));
        Assert.Equal("vascular/v1/lab-a/bedside-box-01/ack/ehr-bridge", message.AcknowledgementTopic("ehr-bridge"));
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("[]")]
    [InlineData("{\"resourceType\":\"Patient\"}")]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"message\"}")]
    public void A_payload_that_says_no_id_is_no_result(string body)
    {
        (ResultMessage? message, string? fault) = ResultMessage.Read("vascular/v1/lab-a/bedside-box-01/result/session", [], Encoding.UTF8.GetBytes(body));
        Assert.Null(message);
        Assert.NotNull(fault);
    }

    private static ResultMessage Message(string id, int version, string subject = "exam-1") => new(
        "vascular/v1/lab-a/bedside-box-01/result/session",
        "//lab-a/bedside-box-01",
        id,
        new Dictionary<string, string> { ["sequence"] = $"{version:D20}", ["resultversion"] = $"{version}", ["subject"] = subject },
        "{\n  \"value\": 0.280\n}"u8.ToArray(),
        0);
}
