using Vascular.Acquisition.Publishing;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Publishing;

public sealed class IdentifiersTests
{
    private static readonly Guid Examination = Guid.Parse("0190b6c8-7f00-7abc-8def-0123456789ab");

    // values of Python's uuid.uuid5; the first is also in RFC 9562, appendix A.4
    [Theory]
    [InlineData("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com", "2ed6657d-e927-568b-95e1-2665a8aea6a2")]
    [InlineData("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "python.org", "886313e1-3b8a-5372-9b90-0c9aee199e5d")]
    [InlineData("0190b6c8-7f00-7abc-8def-0123456789ab", "größe/Ω", "66d54930-cba3-59b7-aec8-2b570997d587")]
    public void Version_5_gives_the_values_of_other_programs(string space, string name, string expected) =>
        Assert.Equal(Guid.Parse(expected), Identifiers.Version5(Guid.Parse(space), name));

    [Fact]
    public void Version_7_gives_the_example_of_RFC_9562_appendix_A_6()
    {
        byte[] random = [0x0C, 0xC3, 0x18, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F];
        Assert.Equal(
            Guid.Parse("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"),
            Identifiers.Version7(DateTimeOffset.FromUnixTimeMilliseconds(0x017F22E279B0), random));
    }

    [Fact]
    public void Version_7_marks_version_and_variant_whatever_the_random_bytes_are()
    {
        byte[] ones = [.. Enumerable.Repeat((byte)0xFF, Identifiers.RandomBytes)];
        string text = Identifiers.Version7(DateTimeOffset.FromUnixTimeMilliseconds(0), ones).ToString();
        Assert.Equal("00000000-0000-7fff-bfff-ffffffffffff", text);
    }

    [Fact]
    public void Version_7_refuses_a_wrong_number_of_bytes_and_a_time_before_1970()
    {
        Assert.Throws<ArgumentException>(() => Identifiers.Version7(DateTimeOffset.UnixEpoch, new byte[9]));
        Assert.Throws<ArgumentException>(() => Identifiers.Version7(DateTimeOffset.UnixEpoch.AddMilliseconds(-1), new byte[10]));
    }

    [Fact]
    public void A_finding_is_named_by_binding_step_attempt_measure_and_site()
    {
        Assert.Equal("1/toe.right/1/toe-sys/R.TOE", Identifiers.FindingName(1, "toe.right", 1, "toe-sys", Site.Parse("R.TOE")));
        Assert.Equal(Guid.Parse("f99eeb8c-5c85-5da5-9b01-2971e6d7591f"), Identifiers.Finding(Examination, 1, "toe.right", 1, "toe-sys", Site.Parse("R.TOE")));
        Assert.Equal(Guid.Parse("19f6f5f2-433f-5595-b466-877f1475cd8b"), Identifiers.Finding(Examination, 1, "derived", 1, "abi-pt", Site.Parse("R.PT")));
    }
}
