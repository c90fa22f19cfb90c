using System.Buffers;
using System.Globalization;
using System.Text;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Pcd01;

/// <summary>A gateway that sends a PCD-01 message every five seconds: TcPO2 of two sites and a blood pressure. It waits for each acknowledgement.</summary>
/// <remarks>Shape: docs/devices/pcd01.md. Without an answer for <see cref="PatienceSeconds"/> it sends the same message again, as a real one does.</remarks>
public sealed class SimulatedGateway : ISimulatedDevice
{
    public const double PatienceSeconds = 10;

    private const long EveryNs = 5 * Nanoseconds.PerSecond;

    private readonly SerialOutput output;
    private readonly DateTimeOffset start;
    private readonly StringBuilder heard = new();
    private long nextAtNs = EveryNs;
    private long control = 1000;
    private bool unanswered;

    /// <param name="start">What its clock says at time 0.</param>
    public SimulatedGateway(string name, ulong seed, DateTimeOffset start)
    {
        (Name, this.start) = (name, start);
        output = new SerialOutput(1_000_000, new SeededStream(seed, name + "/line"));
    }

    public string Name { get; }

    public bool IsUp { get; private set; }

    public string TrueValueName => "tcpo2_mmHg";

    /// <summary>Acknowledgements, as they came.</summary>
    public List<string> Answers { get; } = [];

    /// <summary>Messages sent again.</summary>
    public int Repeats { get; private set; }

    public long? NextAtNs => !IsUp ? null : output.NextAtNs is { } next ? Math.Min(next, nextAtNs) : nextAtNs;

    public void Connected(long atNs)
    {
        IsUp = true;
        nextAtNs = Math.Max(nextAtNs, atNs);
    }

    public void Disconnected(long atNs)
    {
        IsUp = false;
        output.Clear();
        heard.Clear();
    }

    public void Receive(long atNs, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            heard.Append((char)value);
        }

        while (heard.ToString().IndexOf("\u001c\r", StringComparison.Ordinal) is >= 0 and var end)
        {
            string answer = heard.ToString(0, end).TrimStart('\u000b');
            heard.Remove(0, end + 2);
            Answers.Add(answer);
            if (answer.Contains(string.Create(CultureInfo.InvariantCulture, $"\rMSA|AA|{control}\r"), StringComparison.Ordinal))
            {
                unanswered = false;
                nextAtNs = atNs + EveryNs;
            }
        }
    }

    public void Advance(long atNs, IBufferWriter<byte> wire)
    {
        if (nextAtNs <= atNs)
        {
            Repeats += unanswered ? 1 : 0;
            control += unanswered ? 0 : 1;
            unanswered = true;
            nextAtNs = atNs + Nanoseconds.FromSeconds(PatienceSeconds);
            output.Write(atNs, [0x0B, .. Encoding.ASCII.GetBytes(Message(atNs)), 0x1C, 0x0D]);
        }

        output.Deliver(atNs, wire);
    }

    public double? TrueValue(long atNs) => 42;

    private string Message(long atNs)
    {
        string now = start.AddTicks(atNs / 100).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        string[] segments =
        [
            string.Create(CultureInfo.InvariantCulture, $"MSH|^~\\&|SIMGW^0012233445566778^EUI-64|LAB|||{now}||ORU^R01^ORU_R01|{control}|T|2.6|||NE|AL||UNICODE UTF-8"),
            "PID|||HTEST-1^^^LAB^PI||TEST^PATIENT",
            $"OBR|1||{control}^SIMGW^0012233445566778^EUI-64|182777000^monitoring of patient^SCT|||{now}",
            $"OBX|1|NM|151760^MDC_O2_TCUT^MDC|1.1.1.1|42|266016^MDC_DIM_MMHG^MDC|||||R|||{now}||||||DORSUM_FOOT",
            $"OBX|2|NM|151760^MDC_O2_TCUT^MDC|1.1.2.1|61|266016^MDC_DIM_MMHG^MDC|||||R|||{now}||||||CALF",
            $"OBX|3|NM|150033^MDC_PRESS_BLD_ART_SYS^MDC|1.3.1.1|114|mm[Hg]^mm[Hg]^UCUM|||||R|||{now}",
            $"OBX|4|NM|150034^MDC_PRESS_BLD_ART_DIA^MDC|1.3.1.1||mm[Hg]^mm[Hg]^UCUM|||||X|||{now}",
        ];
        return string.Join('\r', segments) + "\r";
    }
}
