using System.Text;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Capture;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Capture;

public sealed class FindingRecordTests
{
    [Fact]
    public void A_thousand_findings_of_every_shape_come_back_bit_for_bit()
    {
        Random random = new(20260101);
        for (int n = 0; n < 1000; n++)
        {
            Finding finding = Any(random);
            byte[] bytes = FindingRecord.ToBytes(finding);
            Finding back = FindingRecord.FromBytes(bytes);
            AssertSame(finding, back);
            Assert.Equal(bytes, FindingRecord.ToBytes(back));
        }
    }

    [Fact]
    public void The_bytes_are_canonical_and_doubles_are_their_bits()
    {
        Finding finding = Any(new Random(1)) with { Value = 0.1 + 0.2, Trace = null, Parts = [] };
        string json = Encoding.UTF8.GetString(FindingRecord.ToBytes(finding));
        Assert.Contains("\"value\":\"3fd3333333333334\"", json, StringComparison.Ordinal);
        Assert.Equal(json, Encoding.UTF8.GetString(CanonicalJson.Write(JsonNode.Parse(json))));
    }

    [Fact]
    public void A_finding_that_lacks_any_member_is_refused_by_its_name()
    {
        JsonObject whole = FindingRecord.ToJson(Any(new Random(2)));
        foreach (string name in whole.Select(member => member.Key).ToList())
        {
            JsonObject lacking = whole.DeepClone().AsObject();
            lacking.Remove(name);
            Assert.Contains($"'{name}'", Assert.Throws<FormatException>(() => FindingRecord.FromJson(lacking)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("version", "\"1\"")]
    [InlineData("site", "\"X.TOE\"")]
    [InlineData("state", "\"fine\"")]
    [InlineData("flags", "1")]
    [InlineData("parts", "[1]")]
    [InlineData("id", "\"1\"")]
    [InlineData("value", "0.5")]
    public void A_member_of_another_kind_is_refused(string name, string value)
    {
        JsonObject json = FindingRecord.ToJson(Any(new Random(3)));
        json[name] = JsonNode.Parse(value);
        Assert.Throws<FormatException>(() => FindingRecord.FromBytes(CanonicalJson.Write(json)));
    }

    private static Finding Any(Random random) => new()
    {
        Id = AnyId(random),
        Version = random.Next(1, 9),
        Name = AnyText(random),
        Step = AnyText(random),
        Attempt = random.Next(1, 9),
        Measure = AnyText(random),
        Site = new Site((Side)random.Next(2), (Place)random.Next(10)),
        State = (MeasurementState)random.Next(11),
        Value = AnyDouble(random),
        Unrounded = AnyDouble(random),
        Unit = "mm[Hg]",
        Limit = AnyDouble(random),
        Uncertainty = AnyDouble(random),
        Lower = AnyDouble(random),
        Upper = AnyDouble(random),
        Printed = AnyText(random),
        Reason = random.Next(2) == 0 ? null : AnyText(random),
        Category = random.Next(2) == 0 ? null : AnyText(random),
        Flags = [.. Enumerable.Range(0, random.Next(4)).Select(_ => AnyText(random))],
        Method = AnyText(random),
        MethodVersion = random.Next(1, 9),
        Inputs = [.. Enumerable.Range(0, random.Next(4)).Select(_ => AnyId(random))],
        Links = [.. Enumerable.Range(0, random.Next(3)).Select(_ => AnyText(random))],
        FromAtNs = random.NextInt64(),
        ToAtNs = random.NextInt64(),
        Parts = [.. Enumerable.Range(0, random.Next(4)).Select(_ => new FindingPart(AnyText(random), AnyDouble(random), "ms", random.Next(2) == 0 ? null : AnyText(random)))],
        Trace = random.Next(2) == 0 ? null : new FindingTrace(
            random.NextInt64(),
            13_333_333,
            [.. Enumerable.Range(0, random.Next(50)).Select(_ => random.Next(5) == 0 ? (int?)null : random.Next(-70_000, 70_000))],
            int.MinValue,
            int.MaxValue),
    };

    private static Guid AnyId(Random random)
    {
        byte[] bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    /// <summary>Any bits at all: denormal, infinite, not a number, negative zero; or nothing.</summary>
    private static double? AnyDouble(Random random) => random.Next(4) switch
    {
        0 => null,
        1 => random.NextDouble() * 300,
        2 => -0.0,
        _ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
    };

    private static string AnyText(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => "aZ0/\"\\\n\u0001\u007fé→😀"[..^2][random.Next(11)])) + (random.Next(5) == 0 ? "😀" : "");

    private static void AssertSame(Finding expected, Finding actual)
    {
        Assert.Equal(
            expected with { Flags = [], Inputs = [], Links = [], Parts = [], Trace = null },
            actual with { Flags = [], Inputs = [], Links = [], Parts = [], Trace = null });
        Assert.Equal(Bits(expected), Bits(actual));
        Assert.Equal(expected.Flags, actual.Flags);
        Assert.Equal(expected.Inputs, actual.Inputs);
        Assert.Equal(expected.Links, actual.Links);
        Assert.Equal(expected.Parts, actual.Parts);
        Assert.Equal(expected.Trace?.Samples, actual.Trace?.Samples);
        Assert.Equal(expected.Trace is { } e ? e with { Samples = [] } : null, actual.Trace is { } a ? a with { Samples = [] } : null);
    }

    private static IEnumerable<long?> Bits(Finding finding) =>
        new[] { finding.Value, finding.Unrounded, finding.Limit, finding.Uncertainty, finding.Lower, finding.Upper }
            .Concat(finding.Parts.Select(part => part.Value))
            .Select(value => value is { } number ? BitConverter.DoubleToInt64Bits(number) : (long?)null);
}
