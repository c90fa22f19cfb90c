using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Vascular.Acquisition.Capture;

namespace Vascular.Acquisition.Tests.Capture;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{ "b" : 1, "a" : [ true, null, "x" ] }""", """{"a":[true,null,"x"],"b":1}""")]
    [InlineData("""{"é":1,"z":2,"Z":3,"a":{}}""", """{"Z":3,"a":{},"z":2,"é":1}""")]
    [InlineData("[1.0,1e3,-0.5,1e-7,9223372036854775807,-0]", "[1,1000,-0.5,1E-07,9223372036854775807,0]")]
    [InlineData("""["\u0041\u000a\u0001\/\"\\é"]""", """["A\n\u0001/\"\\é"]""")]
    [InlineData("[]", "[]")]
    public void Every_spelling_of_a_value_becomes_the_same_bytes(string written, string canonical)
    {
        byte[] bytes = CanonicalJson.Write(CanonicalJson.Read(Encoding.UTF8.GetBytes(written)));
        Assert.Equal(canonical, Encoding.UTF8.GetString(bytes));
        Assert.Equal(bytes, CanonicalJson.Write(CanonicalJson.Read(bytes)));
    }

    [Fact]
    public void Values_made_in_code_are_spelled_as_those_read_back()
    {
        JsonObject made = new() { ["n"] = 5, ["l"] = 5L, ["d"] = 5.0, ["f"] = 0.1, ["s"] = "ü", ["none"] = null };
        Assert.Equal("""{"d":5,"f":0.1,"l":5,"n":5,"none":null,"s":"ü"}""", Encoding.UTF8.GetString(CanonicalJson.Write(made)));
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":1} x""")]
    [InlineData("")]
    [InlineData("[1e999]")]
    public void What_is_not_one_value_is_refused(string written) =>
        Assert.Throws<FormatException>(() => CanonicalJson.Read(Encoding.UTF8.GetBytes(written)));

    [Fact]
    public void Half_a_surrogate_pair_is_refused_rather_than_replaced() =>
        Assert.Throws<FormatException>(() => CanonicalJson.Write(JsonValue.Create("\ud83d")));

    [Fact]
    public void The_digest_is_sha_256_in_lower_case() =>
        Assert.Equal("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", CanonicalJson.Sha256("{}"u8));

    [Fact]
    public void A_double_keeps_every_bit()
    {
        Assert.Equal("3ff0000000000000", CanonicalJson.Bits(1.0)!.GetValue<string>());
        Assert.Null(CanonicalJson.Bits(null));
        Assert.Null(CanonicalJson.FromBits(null));
        Prop.ForAll<ulong>(bits =>
        {
            double value = BitConverter.UInt64BitsToDouble(bits);
            JsonNode? read = CanonicalJson.Read(CanonicalJson.Write(CanonicalJson.Bits(value)));
            return BitConverter.DoubleToUInt64Bits(CanonicalJson.FromBits(read)!.Value) == bits;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(17, 19));
    }

    [Theory]
    [InlineData("\"3ff\"")]
    [InlineData("\"3FF0000000000000\"")]
    [InlineData("1")]
    public void A_double_in_another_spelling_is_refused(string json) =>
        Assert.Throws<FormatException>(() => CanonicalJson.FromBits(JsonNode.Parse(json)));
}
