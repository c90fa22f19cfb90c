using Vascular.Simulators.Checks;
using Vascular.Simulators.IntelliVue;

namespace Vascular.Simulators.Tests;

/// <summary>The conformance kit on datagrams: a monitor on UDP, wrong in one thing, breaks that rule and no other.</summary>
public sealed class DatagramConformanceTests
{
    private static readonly DateTimeOffset Start = new(2017, 9, 4, 8, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> DatagramRules => [.. ProtocolChecks.Make("intellivue", datagrams: true).Rules.Select(r => r.Id)];

    [Theory]
    [MemberData(nameof(DatagramRules))]
    public void A_simulator_wrong_in_one_thing_on_udp_breaks_that_rule_and_no_other(string rule)
    {
        Func<byte[], int, byte[]> change = rule == "intellivue.datagram" ? (d, n) => n == 0 ? [d[0], (byte)(d[1] + 1), .. d[2..], 0x00] : d : OnUdp(BrokenRules.Fresh(rule));
        Mutant mutant = new(new SimulatedIntelliVue("tc-1", 1, Start, serial: false), rest => rest.Count > 1 && 2 + ((rest[0] << 8) | rest[1]) is var n && rest.Count >= n ? n : 0, change);
        ProtocolCheck check = ProtocolChecks.Make("intellivue", datagrams: true);
        Mutant.Hold(check, mutant, ProtocolChecks.SecondsFor("intellivue"));
        Assert.Equal(rule, string.Join(", ", check.Findings.Where(f => f.Broken > 0).Select(f => f.Rule.Id)));
    }

    /// <summary>An empty datagram is no message, and does not stop the check.</summary>
    [Fact]
    public void A_datagram_without_a_byte_breaks_the_rule_of_datagrams()
    {
        ProtocolCheck check = ProtocolChecks.Make("intellivue", datagrams: true);
        check.Begin();
        check.Hear(0, [0, 0, 0, 1, 0x0C]);
        Assert.Equal(2, check.Findings.Single(f => f.Rule.Id == "intellivue.datagram").Broken);
    }

    /// <summary>The same change to a monitor on UDP: a frame for the change, datagrams for the line.</summary>
    private static Func<byte[], int, byte[]> OnUdp(Func<byte[], int, byte[]> change) => (datagram, n) =>
    {
        List<byte> changed = [.. change(BrokenRules.Framed(datagram[2..]), n)];
        List<byte> datagrams = [];
        while (changed.Count > 0)
        {
            int end = changed.IndexOf(0xC1) + 1;
            byte[] message = BrokenRules.Message([.. changed.Take(end)]);
            datagrams.AddRange([(byte)(message.Length >> 8), (byte)message.Length, .. message]);
            changed.RemoveRange(0, end);
        }

        return [.. datagrams];
    };
}
