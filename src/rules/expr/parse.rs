//! From tokens to the tree, by descent through the levels of operators.
//!
//! Called by whoever has an expression. It must not know what names mean.

use super::token::{self, Token};
use super::{MAX_LEVELS, MAX_TEXT, Mistake, Node, Op, Place, Syntax, too_deep};
use crate::model::number::Number;

type Parsed = Result<Node, Mistake>;

/// Operators between two operands, those that bind weakest first.
const BINARY: [&[(&str, Op)]; 3] = [
    &[
        ("==", Op::Equal),
        ("!=", Op::Unequal),
        ("<", Op::Less),
        ("<=", Op::LessEqual),
        (">", Op::Greater),
        (">=", Op::GreaterEqual),
        ("in", Op::In),
    ],
    &[("+", Op::Add), ("-", Op::Subtract)],
    &[("*", Op::Multiply), ("/", Op::Divide), ("%", Op::Remainder)],
];

/// Parses one expression. The mistake is the first syntax error.
pub fn parse(text: &str) -> Parsed {
    if text.len() > MAX_TEXT {
        return Err(Mistake::new(0..text.len() as u32, format!("an expression may have {MAX_TEXT} bytes at most")));
    }
    let (token, at) = token::next(text, 0)?;
    let mut parser = Parser { text, token, at, end: 0, level: 0 };
    let node = parser.expression()?;
    match parser.token {
        Token::End => Ok(node),
        _ => Err(parser.unexpected()),
    }
}

struct Parser<'t> {
    text: &'t str,
    /// What comes next, and where.
    token: Token<'t>,
    at: Place,
    /// Where what came before ends.
    end: u32,
    /// Expressions inside each other that are open.
    level: u16,
}

impl<'t> Parser<'t> {
    /// `a ? b : c` and everything that binds stronger.
    fn expression(&mut self) -> Parsed {
        if self.level >= MAX_LEVELS {
            return Err(too_deep(self.at.clone()));
        }
        self.level += 1;
        let mut node = self.or()?;
        if self.eat("?")? {
            let yes = self.or()?;
            self.expect(":")?;
            node = operator(Op::Conditional, vec![node, yes, self.expression()?])?;
        }
        self.level -= 1;
        Ok(node)
    }

    fn or(&mut self) -> Parsed {
        let mut terms = vec![self.and()?];
        while self.eat("||")? {
            terms.push(self.and()?);
        }
        balanced(Op::Or, terms)
    }

    fn and(&mut self) -> Parsed {
        let mut terms = vec![self.binary(&BINARY)?];
        while self.eat("&&")? {
            terms.push(self.binary(&BINARY)?);
        }
        balanced(Op::And, terms)
    }

    fn binary(&mut self, levels: &[&[(&str, Op)]]) -> Parsed {
        let Some((operators, stronger)) = levels.split_first() else { return self.unary() };
        let mut left = self.binary(stronger)?;
        while let Some((_, op)) = operators.iter().find(|(sign, _)| self.is(sign)) {
            self.take()?;
            left = operator(*op, vec![left, self.binary(stronger)?])?;
        }
        Ok(left)
    }

    /// `!a` and `-a`; two of them are none. The sign of a number is part of it.
    fn unary(&mut self) -> Parsed {
        let start = self.at.start;
        let (mut op, mut odd) = (None, false);
        for (sign, meant) in [("!", Op::Not), ("-", Op::Negate)] {
            while op.is_none_or(|op| op == meant) && self.eat(sign)? {
                (op, odd) = (Some(meant), !odd);
            }
        }
        if let (Some(Op::Negate), Token::Number(digits)) = (op, &self.token) {
            let digits = if odd { format!("-{digits}") } else { (*digits).to_owned() };
            self.take()?;
            return self.number(start, &digits);
        }
        let operand = self.member()?;
        match op.filter(|_| odd) {
            Some(op) => Node::new(start..operand.at.end, Syntax::Operator(op, vec![operand])),
            None => Ok(operand),
        }
    }

    /// `a.b`, `a.f(x)`, `a[b]`.
    fn member(&mut self) -> Parsed {
        let mut node = self.primary()?;
        loop {
            let start = node.at.start;
            if self.eat(".")? {
                let name = self.name()?;
                let syntax = match self.eat("(")? {
                    true => Syntax::Call { name, target: Some(Box::new(node)), args: self.items(")")? },
                    false => Syntax::Select(Box::new(node), name),
                };
                node = Node::new(start..self.end, syntax)?;
            } else if self.eat("[")? {
                let index = self.expression()?;
                self.expect("]")?;
                node = Node::new(start..self.end, Syntax::Operator(Op::Index, vec![node, index]))?;
            } else {
                return Ok(node);
            }
        }
    }

    fn primary(&mut self) -> Parsed {
        let start = self.at.start;
        if self.eat("(")? {
            let inner = self.expression()?;
            self.expect(")")?;
            return Ok(inner);
        }
        let syntax = if self.eat("[")? {
            Syntax::List(self.items("]")?)
        } else if let Token::Number(digits) = self.token {
            self.take()?;
            return self.number(start, digits);
        } else if let Token::Text(said) = &mut self.token {
            let said = std::mem::take(said);
            self.take()?;
            Syntax::String(said)
        } else {
            let name = self.name()?;
            match &*name {
                "null" => Syntax::Null,
                "true" | "false" => Syntax::Bool(name == "true"),
                _ if self.eat("(")? => Syntax::Call { name, target: None, args: self.items(")")? },
                _ => Syntax::Name(name),
            }
        };
        Node::new(start..self.end, syntax)
    }

    /// Expressions between commas up to a bracket.
    fn items(&mut self, close: &str) -> Result<Vec<Node>, Mistake> {
        let mut items = Vec::new();
        while !self.eat(close)? {
            items.push(self.expression()?);
            if !self.is(close) {
                self.expect(",")?;
            }
        }
        Ok(items)
    }

    fn number(&self, start: u32, digits: &str) -> Parsed {
        let number = match digits.parse::<i64>() {
            Ok(whole) => Some(Number::from(whole)),
            Err(_) if digits.contains(['.', 'e', 'E']) => digits.parse().ok().and_then(Number::from_f64),
            Err(_) => None,
        };
        let at = start..self.end;
        match number {
            Some(number) => Node::new(at, Syntax::Number(number)),
            None => Err(Mistake::new(at, "not a number, text or truth value")),
        }
    }

    fn name(&mut self) -> Result<String, Mistake> {
        match self.token {
            Token::Word(name) if name != "in" => {
                self.take()?;
                Ok(name.to_owned())
            }
            _ => Err(self.unexpected()),
        }
    }

    fn is(&self, what: &str) -> bool {
        matches!(self.token, Token::Sign(is) | Token::Word(is) if is == what)
    }

    fn eat(&mut self, what: &str) -> Result<bool, Mistake> {
        let is = self.is(what);
        if is {
            self.take()?;
        }
        Ok(is)
    }

    fn expect(&mut self, what: &str) -> Result<(), Mistake> {
        match self.eat(what)? {
            true => Ok(()),
            false => {
                let found = self.unexpected();
                Err(Mistake { message: format!("{}, expected `{what}`", found.message), ..found })
            }
        }
    }

    fn take(&mut self) -> Result<(), Mistake> {
        self.end = self.at.end;
        (self.token, self.at) = token::next(self.text, self.end as usize)?;
        Ok(())
    }

    fn unexpected(&self) -> Mistake {
        let written = self.text.get(self.at.start as usize..self.at.end as usize).unwrap_or_default();
        let what = if written.is_empty() { "end".to_owned() } else { format!("`{written}`") };
        Mistake::new(self.at.clone(), format!("unexpected {what}"))
    }
}

/// An operator with its operands, from the first to the last of them.
fn operator(op: Op, operands: Vec<Node>) -> Parsed {
    let start = operands.first().map_or(0, |node| node.at.start);
    let end = operands.last().map_or(start, |node| node.at.end);
    Node::new(start..end, Syntax::Operator(op, operands))
}

/// Terms between the same operator as a tree of few levels, whatever their number.
fn balanced(op: Op, mut terms: Vec<Node>) -> Parsed {
    match terms.len() {
        0 | 1 => terms.pop().ok_or_else(|| Mistake::new(0..0, "nothing to compare")),
        many => {
            let right = terms.split_off(many.div_ceil(2));
            operator(op, vec![balanced(op, terms)?, balanced(op, right)?])
        }
    }
}
