using System.Globalization;
using System.Text;

namespace Vascular.Simulators.Par;

/// <summary>State digit of a module of the PAR family.</summary>
public enum ParModuleState
{
    Idle = 1,
    Measuring = 3,
    Manometer = 4,
}

/// <summary>Pressures of one measurement, mmHg.</summary>
public readonly record struct ParPressures(int Systolic, int Diastolic, int Mean);

/// <summary>What a module says of itself and of its last measurement.</summary>
public sealed record ParModuleStatus
{
    public required ParModuleState State { get; init; }

    public bool Neonatal { get; init; }

    /// <summary>Message code, 00 = result valid.</summary>
    public int Message { get; init; }

    public ParPressures? Result { get; init; }

    /// <summary>1/min; null when there is none.</summary>
    public int? PulsePerMin { get; init; }
}

/// <summary>The module's side of the PAR text protocol, written and read without the service's codec.</summary>
/// <remarks>Layout and sources: docs/devices/par-nibp.md.</remarks>
public static class ParWire
{
    /// <summary>What <see cref="ReadCommand"/> gives for the bare character X.</summary>
    public const int Abort = -1;

    private const char Stx = '\u0002';
    private const char Etx = '\u0003';

    /// <summary>Cuff pressure: <c>ppp C e S s</c>, the cuff always the right one.</summary>
    public static byte[] Pressure(int mmHg, ParModuleState state) =>
        Framed(string.Create(CultureInfo.InvariantCulture, $"{mmHg:000}C0S{(int)state}"));

    public static byte[] End() => Framed("999");

    /// <summary>Status with the last result, its checksum by the rule of the commands.</summary>
    public static byte[] Status(ParModuleStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        string pressures = status.Result is { } r ? string.Create(CultureInfo.InvariantCulture, $"{r.Systolic:000}{r.Diastolic:000}{r.Mean:000}") : "---------";
        string pulse = status.PulsePerMin?.ToString("000", CultureInfo.InvariantCulture) ?? "---";
        string text = string.Create(
            CultureInfo.InvariantCulture, $"S{(int)status.State};A{(status.Neonatal ? 1 : 0)};C00;M{status.Message:00};P{pressures};R{pulse};T0000;;");
        return Framed(string.Create(CultureInfo.InvariantCulture, $"{text}{text.Sum(c => c) % 256:X2}"));
    }

    /// <summary>The two digits of the first whole command in <paramref name="heard"/>, or <see cref="Abort"/>; null when there is none.</summary>
    /// <param name="used">How many characters are done with, whatever they were.</param>
    public static int? ReadCommand(string heard, out int used)
    {
        ArgumentNullException.ThrowIfNull(heard);
        for (used = 0; used < heard.Length; used++)
        {
            if (heard[used] == 'X')
            {
                used++;
                return Abort;
            }

            if (heard[used] != Stx)
            {
                continue;
            }

            int end = heard.IndexOf(Etx, used);
            int again = heard.IndexOf(Stx, used + 1);
            if (end < 0 && again < 0)
            {
                return null;
            }

            if (end >= 0 && (again < 0 || end < again) && Command(heard[(used + 1)..end]) is { } command)
            {
                used = end + 1;
                return command;
            }
        }

        return null;
    }

    /// <summary><c>cc;;kk</c> with a right checksum.</summary>
    private static int? Command(string text) =>
        text.Length == 6 && text[2..4] == ";;" && int.TryParse(text[..2], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && text[4..] == (text[..4].Sum(c => c) % 256).ToString("X2", CultureInfo.InvariantCulture)
            ? number
            : null;

    private static byte[] Framed(string text) => Encoding.ASCII.GetBytes($"{Stx}{text}{Etx}\r");
}
