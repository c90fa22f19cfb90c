using System.Globalization;
using System.Text;
using UglyToad.PdfPig.Fonts.TrueType;
using UglyToad.PdfPig.Fonts.TrueType.Parser;
using UglyToad.PdfPig.Writer;

namespace Vascular.Acquisition.Archive.Returned;

/// <summary>A font of the printed report: DejaVu Sans Condensed, of which the file carries the letters that were written. Latin, Greek, Cyrillic and signs of measuring.</summary>
/// <remarks>One of each document: it counts the letters that were written. The fonts and where they come from: <c>Fonts/</c> and docs/decisions/0046.</remarks>
internal sealed class PrintedFont
{
    public const string Plain = "DejaVuSansCondensed";
    public const string Bold = "DejaVuSansCondensed-Bold";

    /// <summary>Different letters beyond ASCII in a document: a letter is one byte in it, and 255 of them are all that the library can write.</summary>
    public const int MostLetters = 255 - (0x7F - 0x20);

    private readonly TrueTypeFont letters;
    private readonly HashSet<int> written = [];

    private PrintedFont(PdfDocumentBuilder.AddedFont added, TrueTypeFont letters) => (Added, this.letters) = (added, letters);

    /// <summary>The document's name of it.</summary>
    public PdfDocumentBuilder.AddedFont Added { get; }

    /// <param name="name"><see cref="Plain"/> or <see cref="Bold"/>.</param>
    public static PrintedFont AddTo(PdfDocumentBuilder document, string name)
    {
        using Stream stream = typeof(PrintedFont).Assembly.GetManifestResourceStream($"fonts/{name}.ttf") ?? throw new InvalidOperationException($"The build does not carry {name}.");
        byte[] file = new byte[stream.Length];
        stream.ReadExactly(file);
        return new PrintedFont(document.AddTrueTypeFont(file), TrueTypeFontParser.Parse(new TrueTypeDataBytes(file)));
    }

    /// <summary>A text as this font can write it: a character that it does not have stands as its number, <c>[U+4E2D]</c>, so that none is lost.</summary>
    public string Printable(string text)
    {
        StringBuilder printable = new();
        foreach (Rune rune in text.EnumerateRunes())
        {
            printable.Append(IsWritten(rune.Value) ? rune.ToString() : string.Create(CultureInfo.InvariantCulture, $"[U+{rune.Value:X4}]"));
        }

        return printable.ToString();
    }

    private bool IsWritten(int letter) => letter is >= 0x20 and < 0x7F
        || written.Contains(letter)
        || (letters.WindowsUnicodeCMap!.CharacterCodeToGlyphIndex(letter) > 0 && written.Count < MostLetters && written.Add(letter));
}
