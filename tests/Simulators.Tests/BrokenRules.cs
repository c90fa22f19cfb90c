using System.Text;
using Vascular.Simulators.Checks;

namespace Vascular.Simulators.Tests;

/// <summary>For each rule of the conformance kit a change of one message that breaks this rule alone.</summary>
internal static class BrokenRules
{
    /// <summary>Changes with a memory are made anew for each run.</summary>
    public static Func<byte[], int, byte[]> Fresh(string rule) => MakeChanges().TryGetValue(rule, out Func<byte[], int, byte[]>? change)
        ? change
        : throw new KeyNotFoundException($"no simulator is wrong in {rule}");

    private static Dictionary<string, Func<byte[], int, byte[]>> MakeChanges()
    {
        Dictionary<string, Func<byte[], int, byte[]>> all = new(StringComparer.Ordinal);
        foreach (string protocol in ProtocolChecks.Names.Where(n => ProtocolChecks.Make(n).Rules.Any(r => r.Id == n + ".speaks")))
        {
            all[protocol + ".speaks"] = (_, _) => [];
        }

        Stream("nonin2", 1, all);
        Stream("nonin7", 0, all);
        Seconds(all);
        Contec(all);
        FiveBytes("oximeter-5byte-berry", all);
        FiveBytes("oximeter-5byte-contec", all);
        Lines(all);
        Cuff(all);
        Daemon(all);
        Monitor(all);
        Gateway(all);
        return all;
    }

    /// <summary>Nonin formats 2 and 7.</summary>
    private static void Stream(string name, int status, Dictionary<string, Func<byte[], int, byte[]>> all)
    {
        int place = -1;
        all[name + ".framing"] = (f, n) => n == 300 ? [.. f, 0x00] : f;
        all[name + ".checksum"] = (f, n) => n % 100 == 50 ? [.. f[..4], (byte)(f[4] ^ 0x10)] : f;
        all[name + ".constant"] = (f, n) => n % 60 == 30 ? Summed([0x02, .. f[1..]]) : f;
        all[name + ".status-bit-7"] = (f, n) => n % 60 == 30 ? With(f, status, f[status] & 0x7F) : f;
        all[name + ".sync"] = (f, n) => n == 212 ? With(f, status, f[status] ^ 1) : f;
        all[name + ".pulse-mark"] = (f, n) => n % 2 == 0 ? With(f, status, f[status] & 0xF9) : f;
        all[name + ".float-seven-bits"] = (f, _) => f[3] == 96 ? With(f, 3, 0xE0) : f;
        all[name + ".saturation-range"] = (f, _) => f[3] == 96 ? With(f, 3, 110) : f;
        all[name + ".timer"] = (f, _) => Place(f) == 7 ? With(f, 3, 5) : f;
        all[name + ".sensor-off"] = (f, _) => Place(f) switch { 1 => With(f, 3, 0), 2 => With(f, 3, 72), _ => f };

        int Place(byte[] frame) => place = (frame[status] & 1) == 1 ? 1 : place < 0 ? -1 : place + 1;

        static byte[] With(byte[] frame, int at, int value)
        {
            byte[] changed = [.. frame];
            changed[at] = (byte)value;
            return Summed(changed);
        }

        static byte[] Summed(byte[] frame) => [.. frame[..4], (byte)(frame[0] + frame[1] + frame[2] + frame[3])];
    }

    /// <summary>Nonin formats 1, 8 and 13.</summary>
    private static void Seconds(Dictionary<string, Func<byte[], int, byte[]>> all)
    {
        foreach (string name in new[] { "nonin1", "nonin8" })
        {
            all[name + ".framing"] = (f, n) => n == 5 ? [.. f, 0x00] : f;
            all[name + ".saturation-range"] = (f, n) => n == 5 ? [f[0], f[1], 110, .. f[3..]] : f;
            all[name + ".sensor-off"] = (f, _) => [(byte)(f[0] & 0xFC), 72, .. f[2..]];
        }

        all["nonin13.framing"] = (f, _) => [.. f[..21], 0x04];
        all["nonin13.length"] = (f, _) => Summed([.. f[..5], 13, .. f[6..19], 0, 3]);
        all["nonin13.checksum"] = (f, _) => [.. f[..20], (byte)(f[20] + 1), 0x03];
        all["nonin13.time"] = (f, _) => Set(f, 8, 0x13);
        all["nonin13.rate-split"] = (f, _) => Set(f, 16, f[16] | 2);
        all["nonin13.saturation-range"] = (f, _) => (f[14] & 1) == 0 ? Set(f, 19, 110) : f;
        all["nonin13.no-measurement"] = (f, _) => Set(Set(f, 16, 0), 17, 72);

        static byte[] Set(byte[] frame, int at, int value)
        {
            byte[] changed = [.. frame];
            changed[at] = (byte)value;
            return Summed(changed);
        }

        static byte[] Summed(byte[] frame) => [.. frame[..^2], (byte)frame[6..^2].Sum(b => b), 0x03];
    }

    private static void Contec(Dictionary<string, Func<byte[], int, byte[]>> all)
    {
        all["contec-v7.framing"] = (f, n) => n == 100 ? f[..^1] : f;
        all["contec-v7.type"] = (f, n) => n == 100 ? [.. f, 0x13, 0x80] : f;
        all["contec-v7.start-answer"] = (f, _) => f[0] == 0x01 ? [] : f;
        all["contec-v7.id-answer"] = (f, _) => f[0] == 0x04 ? [] : f;
        all["contec-v7.pi-answer"] = (f, _) => f[0] == 0x0E ? [0x0E, 0x80, 0x82] : f;
        all["contec-v7.unknown-command"] = (f, _) => f[0] == 0x0B ? [.. f[..3], 0x84] : f;
        all["contec-v7.stop-answer"] = (f, _) => f[0] == 0x0C ? [] : f;
        all["contec-v7.stop"] = (f, _) => f[0] == 0x0C ? [.. f, 0x01, 0x80, 0xC6, 0xD5, 0x89, 0xC8, 0xE1, 0xD5, 0x80] : f;
        all["contec-v7.strength-range"] = (f, _) => Set(f, 0, 9);
        all["contec-v7.reserved"] = (f, _) => f[0] == 0x01 ? [.. f[..4], (byte)(f[4] | 0x20), .. f[5..]] : f;
        all["contec-v7.pi-agrees"] = (f, _) => f[0] == 0x0E ? [0x0E, 0x80, 0x81] : f;
        all["contec-v7.rate-range"] = (f, _) => Set(f, 3, 0);
        all["contec-v7.saturation-range"] = (f, _) => Set(f, 4, 110);
        all["contec-v7.pi-range"] = (f, _) => Set(Set(f, 5, 0xFC), 6, 0x08);
        all["contec-v7.finger-out"] = (f, _) => Set(f, 1, 0x41);

        static byte[] Set(byte[] packet, int number, int value)
        {
            if (packet[0] != 0x01)
            {
                return packet;
            }

            byte[] changed = [.. packet];
            changed[1] = (byte)((changed[1] & ~(1 << number)) | (value >> 7 << number));
            changed[2 + number] = (byte)(value | 0x80);
            return changed;
        }
    }

    private static void FiveBytes(string name, Dictionary<string, Func<byte[], int, byte[]>> all)
    {
        all[name + ".framing"] = (f, n) => n == 200 ? [.. f, 0x01] : f;
        all[name + ".strength-range"] = (f, _) => [(byte)((f[0] & 0xF0) | 9), .. f[1..]];
        all[name + ".pleth-range"] = (f, _) => [f[0], 101, .. f[2..]];
        all[name + ".saturation-range"] = (f, _) => [.. f[..4], 110];
        all[name + ".no-finger"] = (f, _) => [f[0], f[1], (byte)(f[2] & ~0x40), 72, f[4]];
    }

    private static void Lines(Dictionary<string, Func<byte[], int, byte[]>> all)
    {
        all["pulsesensor.line-end"] = Text((t, n) => n == 50 ? t.Replace("\r", "", StringComparison.Ordinal) : t);
        all["pulsesensor.line"] = Text((t, n) => n == 50 ? "X12\r\n" : t);
        all["pulsesensor.sample-range"] = Text((t, _) => t[0] == 'S' ? "S5000\r\n" : t);
        all["pulsesensor.beat"] = Text((t, _) => t[0] == 'Q' ? "" : t);

        all["masimo.line-end"] = Text((t, n) => n == 5 ? t[..^1] : t);
        all["masimo.time"] = Text((t, n) => n == 5 ? t.Replace('/', '-') : t);
        all["masimo.clock"] = Text((t, n) => n == 5 ? string.Concat(t.AsSpan(0, 9), "23", t.AsSpan(11)) : t);
        all["masimo.fields"] = Text((t, _) => t.Replace(" BPM", " SN=1 BPM", StringComparison.Ordinal));
        all["masimo.saturation"] = Text((t, _) => t.Replace("SPO2=096%", "SPO2=101%", StringComparison.Ordinal));
        all["masimo.pulse"] = Text((t, _) => t.Replace("BPM=0", "BPM=", StringComparison.Ordinal));
        all["masimo.perfusion"] = Text((t, _) => t.Replace("PI=0", "PI=", StringComparison.Ordinal));
        all["masimo.exceptions"] = Text((t, _) => t.Replace("EXC=000", "EXC=", StringComparison.Ordinal));
        all["masimo.alarm"] = Text((t, _) => t.Replace("ALARM=0", "ALARM=", StringComparison.Ordinal));

        int equals = 0;
        all["accupulse.serial-answer"] = Text((t, _) => t[0] == 'H' ? "" : t);
        all["accupulse.bad-parameter"] = Text((t, _) => t == "#\r" ? "=\r" : t);
        all["accupulse.start-answer"] = Text((t, _) => t == "=\r" && ++equals == 1 ? "" : t);
        all["accupulse.stop-answer"] = Text((t, _) => t == "=\r" && ++equals == 2 ? "" : t);
        all["accupulse.stop"] = Text((t, _) => t == "=\r" && ++equals == 2 ? "=\r1500\r" : t);
        all["accupulse.sample"] = Text((t, _) => t == "=\r" && ++equals == 3 ? "" : t);
        all["accupulse.line"] = Text((t, n) => n == 12 ? "15o0\r" : t);
        all["accupulse.number"] = Text((t, n) => n == 12 ? "0" + t : t);
        all["accupulse.range"] = Text((t, n) => n == 12 ? "4010\r" : t);
    }

    private static void Cuff(Dictionary<string, Func<byte[], int, byte[]>> all)
    {
        int pressures = 0;
        all["par.framing"] = Text((t, _) => t.Length == 10 && ++pressures == 5 ? t[..^1] : t);
        all["par.kind"] = Text((t, _) => t.Length == 10 && ++pressures == 5 ? t.Replace("C", "0C", StringComparison.Ordinal) : t);
        all["par.status-answer"] = Text((t, _) => t.Length == 42 ? "" : t);
        all["par.status-fields"] = Text((t, _) => t.Length == 42 ? Summed(t.Replace("A0", "A2", StringComparison.Ordinal)) : t);
        all["par.status-checksum"] = Text((t, _) => t.Length == 42 ? t[..38] + "00\u0003\r" : t);
        all["par.pressure-shape"] = Text((t, _) => t.Length == 10 && ++pressures == 5 ? t.Replace('C', 'D') : t);
        all["par.pressure-range"] = Text((t, _) => t.Length == 10 && ++pressures == 5 ? "\u0002301C0S4\u0003\r" : t);
        all["par.pressure-cuff"] = Text((t, _) => t.Replace("C0S", "C3S", StringComparison.Ordinal));
        all["par.pressure-state"] = Text((t, _) => t.Length == 10 && ++pressures == 5 ? t.Replace("S4", "S9", StringComparison.Ordinal) : t);
        all["par.manometer"] = Text((t, _) => t.Replace("C0S4", "C0S3", StringComparison.Ordinal));
        all["par.end"] = Text((t, _) => t.Contains("999", StringComparison.Ordinal) ? "" : t);
        all["par.silence"] = Text((t, _) => t.Contains("999", StringComparison.Ordinal) ? t + "\u0002150C0S4\u0003\r" : t);
        all["par.measurement"] = Text((t, _) => t.Replace("C0S3", "C0S4", StringComparison.Ordinal));
        all["par.result-order"] = Text((t, _) => t.Length == 42 ? Summed(t.Replace("P114070085", "P114090085", StringComparison.Ordinal)) : t);

        static string Summed(string message) => $"{message[..38]}{message[1..38].Sum(c => c) % 256:X2}\u0003\r";
    }

    /// <summary>The answers come in the order of the check's questions.</summary>
    private static void Daemon(Dictionary<string, Func<byte[], int, byte[]>> all)
    {
        Answer("answer", 4, _ => "");
        Answer("version", 0, t => t.Replace("  ", "", StringComparison.Ordinal));
        Answer("context", 1, t => t.Replace("</context>", "</kontext>", StringComparison.Ordinal));
        Answer("timeout", 2, _ => "-22\n");
        Answer("empty-line", 3, t => "-22\n" + t);
        Answer("unknown-command", 4, _ => "0\n");
        Answer("unknown-device", 5, _ => "-2\n");
        Answer("unknown-channel", 6, _ => "-2\n");
        Answer("not-open", 7, _ => "-6\n");
        Answer("close", 8, _ => "0\n");
        Answer("mask-length", 9, _ => "0\n");
        Answer("value", 10, _ => "11\n0.062500000\n");
        Answer("scale", 10, _ => "12\n0.070000000\0\n");
        Answer("raw-range", 11, _ => "7\n3360.5\0\n");
        Answer("oxygen-line", 11, _ => "6\n20000\0\n");
        Answer("temperature-line", 12, _ => "2\n0\0\n");
        Answer("power-line", 13, _ => "6\n20000\0\n");
        Answer("open", 14, _ => "1\n");
        Answer("buffer", 15, t => t.Replace("\n00000011\n", "\n00000010\n", StringComparison.Ordinal));
        Answer("timestamps", 15, t => t[..12] + new string('\0', 64));

        void Answer(string rule, int number, Func<string, string> change) => all["tcm4-iiod." + rule] = Text((t, n) => n == number ? change(t) : t);
    }

    private static void Monitor(Dictionary<string, Func<byte[], int, byte[]>> all)
    {
        byte[] result = Framed(Convert.FromHexString(
            "E1000002000200660001000700600021000000000C16005600010007530020240305140709000001000600000001003E0000" +
            "0002003801010002001609240004000250D00950000A50D000000F20FF0001A4010200020016092400040002F03F0950000A" +
            "F03F000017A0FF0001B9"));
        all["intellivue.framing"] = (f, n) => n == 5 ? [.. f, 0x55] : f;
        all["intellivue.fcs"] = (f, n) => n == 5 ? Framed(Message(f), spoil: 1) : f;
        all["intellivue.header"] = (f, n) => n == 5 ? Framed(Message(f), second: 2) : f;
        all["intellivue.not-associated"] = (f, n) => n == 0 ? [.. result, .. f] : f;
        all["intellivue.associate"] = (_, _) => [];
        all["intellivue.system-type"] = Said(0x0E, m => Replaced(m, "0000000000800000", "0000000080000000"));
        all["intellivue.create-event"] = (f, n) => n == 1 ? [] : f;
        all["intellivue.poll-answer"] = (f, _) => IsResult(f) ? [] : f;
        all["intellivue.invoke-id"] = Result(m => Set(m, 8, 0x77));
        all["intellivue.poll-number"] = Result(m => Set(m, 24, 0x77));
        all["intellivue.lengths"] = Result(m => Set(m, 47, m[47] + 1));
        all["intellivue.polled-type"] = Result(m => Set(m, 41, 9));
        all["intellivue.relative-time"] = Result(m => Set(Set(Set(m, 27, 0), 28, 0), 29, 0));
        all["intellivue.absolute-time"] = Result(m => Set(m, 32, 0x13));
        all["intellivue.label"] = Result(m => Replaced(m, "09240004000250D0", "09240004000250D1"));
        all["intellivue.unit"] = Result(m => Replaced(m, "50CC00000F20", "50CC00000F21"));
        all["intellivue.number"] = Result(m => Replaced(m, "50CC00000F2000000026", "50CC00000F20007FFFFF"));
        all["intellivue.release"] = (f, _) => Message(f)[0] == 0x0A ? [] : f;
        all["intellivue.released"] = (f, _) => Message(f)[0] == 0x0A ? [.. f, .. result] : f;

        static bool IsResult(byte[] frame) => Message(frame) is { Length: > 40 } m && m[0] == 0xE1 && m[5] == 2;

        static Func<byte[], int, byte[]> Result(Func<byte[], byte[]> change) => (f, _) => IsResult(f) ? Framed(change(Message(f))) : f;

        static Func<byte[], int, byte[]> Said(byte first, Func<byte[], byte[]> change) => (f, _) => Message(f)[0] == first ? Framed(change(Message(f))) : f;

        static byte[] Set(byte[] message, int at, int value)
        {
            byte[] changed = [.. message];
            changed[at] = (byte)value;
            return changed;
        }

        static byte[] Replaced(byte[] message, string hex, string by) => Convert.FromHexString(Convert.ToHexString(message).Replace(hex, by, StringComparison.Ordinal));
    }

    /// <summary>The message of an IntelliVue frame.</summary>
    public static byte[] Message(byte[] frame)
    {
        List<byte> plain = [];
        for (int n = 1; n < frame.Length - 1; n++)
        {
            plain.Add(frame[n] == 0x7D ? (byte)(frame[++n] ^ 0x20) : frame[n]);
        }

        return [.. plain.Skip(4).SkipLast(2)];
    }

    /// <summary>An IntelliVue frame around a message.</summary>
    public static byte[] Framed(byte[] message, int spoil = 0, byte second = 1)
    {
        byte[] plain = [0x11, second, (byte)(message.Length >> 8), (byte)message.Length, .. message];
        int sum = 0xFFFF;
        foreach (byte value in plain)
        {
            sum ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                sum = (sum & 1) != 0 ? (sum >> 1) ^ 0x8408 : sum >> 1;
            }
        }

        sum = ~sum ^ spoil;
        return [0xC0, .. ((byte[])[.. plain, (byte)sum, (byte)(sum >> 8)]).SelectMany(b => b is 0xC0 or 0xC1 or 0x7D ? new byte[] { 0x7D, (byte)(b ^ 0x20) } : [b]), 0xC1];
    }

    private static void Gateway(Dictionary<string, Func<byte[], int, byte[]>> all)
    {
        string first = "", latest = "";
        all["pcd01.resent"] = Text((t, _) =>
        {
            bool again = t.Split('|')[9] == latest;
            latest = t.Split('|')[9];
            return again ? "" : t;
        });
        Swap("framing", "\u001c\r", "\u001c\r\0");
        Swap("segments", "\rPID|", "\rPd|");
        Swap("type", "ORU^R01^ORU_R01", "ORU^R01");
        Swap("version", "|2.6|", "|2.5|");
        Swap("control-id", "|1001|", "||");
        Swap("set-id", "OBX|3|", "OBX|7|");
        Swap("code", "151760^MDC_O2_TCUT^MDC", "151760^O2^MDC");
        Swap("path", "1.1.2.1", "1.1.2");
        Swap("sites", "1.1.2.1", "1.1.1.1");
        Swap("value", "|42|", "|4x|");
        Swap("unit", "^MDC_DIM_MMHG^MDC", "");
        Swap("status", "|||||R|", "|||||Q|");
        all["pcd01.time"] = Text((t, _) => t.Replace("|LAB|||2017", "|LAB|||17", StringComparison.Ordinal));
        all["pcd01.one-in-flight"] = Text((t, n) => n == 0 ? t + t.Replace("|1001|", "|9001|", StringComparison.Ordinal) : t);
        all["pcd01.acknowledged"] = Text((t, n) => n == 0 ? first = t : n == 1 ? first : t);
        all["pcd01.order"] = Text((t, _) =>
        {
            string obr = t.Split('\r').Single(s => s.StartsWith("OBR", StringComparison.Ordinal));
            return t.Replace($"\r{obr}", "", StringComparison.Ordinal).Replace("\u001c", $"{obr}\r\u001c", StringComparison.Ordinal);
        });

        void Swap(string rule, string what, string by) => all["pcd01." + rule] = Text((t, _) => t.Replace(what, by, StringComparison.Ordinal));
    }

    private static Func<byte[], int, byte[]> Text(Func<string, int, string> change) => (message, n) => Encoding.Latin1.GetBytes(change(Encoding.Latin1.GetString(message), n));
}
