using System.Buffers;
using System.Globalization;
using System.Text;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.AccuPulse;

/// <summary>An AccuPulse as a streaming manometer on a cuff: four values a second once told to.</summary>
/// <remarks>Commands and values: docs/devices/accupulse.md. Assumed: answers end with CR, the line runs at 115200 bit/s.</remarks>
public sealed class SimulatedAccuPulse : ISimulatedDevice
{
    private const long ValueNs = 250_000_000;
    private const double LowestMmHg = -30;
    private const double HighestMmHg = 400;

    private readonly SimulatedCuff cuff;
    private readonly SerialOutput output;
    private readonly StringBuilder heard = new();
    private readonly bool brackets;
    private string command = string.Empty;
    private long? nextAtNs;

    /// <param name="brackets">It wants its commands in angle brackets, as the manual prints them.</param>
    public SimulatedAccuPulse(string name, SimulatedCuff cuff, ulong seed, bool brackets = false)
    {
        (Name, this.cuff, this.brackets) = (name, cuff, brackets);
        output = new SerialOutput(115_200, new SeededStream(seed, name + "/line"));
    }

    public string Name { get; }

    public bool IsUp { get; private set; }

    public string TrueValueName => "cuff_mmHg";

    public long? NextAtNs => !IsUp ? null : output.NextAtNs is not { } next ? nextAtNs : nextAtNs is { } value ? Math.Min(next, value) : next;

    public void Connected(long atNs) => IsUp = true;

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
            if (value != '\r')
            {
                heard.Append((char)value);
                continue;
            }

            Obey(atNs, heard.ToString());
            heard.Clear();
        }
    }

    public void Advance(long atNs, IBufferWriter<byte> wire)
    {
        for (; nextAtNs <= atNs; nextAtNs += ValueNs)
        {
            Say(nextAtNs.Value, Tenths(nextAtNs.Value));
        }

        output.Deliver(atNs, wire);
    }

    public double? TrueValue(long atNs) => cuff.PressureAt(atNs);

    private string Tenths(long atNs)
    {
        double mmHg = cuff.PressureAt(atNs);
        int tenths = mmHg > HighestMmHg ? 4051 : mmHg < LowestMmHg ? -429 : (int)Math.Round(mmHg * 10);
        return tenths.ToString(CultureInfo.InvariantCulture);
    }

    private void Obey(long atNs, string line)
    {
        bool bracketed = line.StartsWith('<') && line.EndsWith('>');
        string word = bracketed ? line[1..^1] : line;
        if (bracketed != brackets)
        {
            command = string.Empty;
            Say(atNs, "#");
        }
        else if (word is "MAN_STR")
        {
            command = word;
        }
        else if (word is "MAN_SMP")
        {
            Say(atNs, Tenths(atNs));
            Say(atNs, "=");
        }
        else if (command == "MAN_STR" && word is "ON" or "OFF")
        {
            Say(atNs, "=");
            nextAtNs = word == "ON" ? nextAtNs ?? atNs + ValueNs : null;
        }
        else
        {
            Say(atNs, word == "GET_SERIAL_NUM" ? "HH12080006" : "#");
        }
    }

    private void Say(long atNs, string text) => output.Write(atNs, Encoding.ASCII.GetBytes(text + "\r"));
}
