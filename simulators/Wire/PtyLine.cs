using Vascular.Simulators.Interop;

namespace Vascular.Simulators.Wire;

/// <summary>A pseudo-terminal with a link of a stable name to it.</summary>
public sealed class PtyLine : IHostLine
{
    private readonly string link;
    private PseudoTerminal? terminal;
    private string path;

    /// <exception cref="IOException">No terminal, or the name is taken by something that is not a link.</exception>
    public PtyLine(string link)
    {
        this.link = Path.GetFullPath(link);
        path = Plug();
    }

    public string Address => $"{link} -> {path}";

    public int? Read(Span<byte> bytes)
    {
        if (terminal is null)
        {
            path = Plug();
        }

        return terminal!.Read(bytes);
    }

    public int Write(ReadOnlySpan<byte> bytes) => terminal?.Write(bytes) ?? 0;

    /// <summary>The device file vanishes, as behind a pulled USB cable; the link comes back to another one.</summary>
    public void HangUp() => Dispose();

    /// <summary>Removes the link, unless it is another run's by now.</summary>
    public void Dispose()
    {
        if (terminal is not null && new FileInfo(link).LinkTarget == path)
        {
            File.Delete(link);
        }

        terminal?.Dispose();
        terminal = null;
    }

    private string Plug()
    {
        FileInfo taken = new(link);
        if (taken.LinkTarget is null && Path.Exists(link))
        {
            throw new IOException($"{link} exists and is not a symbolic link");
        }

        terminal = PseudoTerminal.Open();
        taken.Delete(); // a link left behind by a run that was killed
        File.CreateSymbolicLink(link, terminal.Path);
        return terminal.Path;
    }
}
